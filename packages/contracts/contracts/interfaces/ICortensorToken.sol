// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title The network's token: COR, 6 decimals, a fixed supply
/// @notice On development chains the token contract holds a reserve from which anybody may draw a bounded amount.
interface ICortensorToken is IERC20 {
    /// @notice This deployment has no faucet.
    error FaucetDisabled();
    /// @notice One call may draw at most `limit`.
    error FaucetLimit(uint256 amount, uint256 limit);

    /// @notice Sends `amount` from the faucet's reserve.
    /// @dev Reverts with {FaucetDisabled} or {FaucetLimit}.
    function faucet(address to, uint256 amount) external;

    /// @notice Most that one call of {faucet} pays, in micro-COR; zero where there is no faucet.
    function faucetLimit() external view returns (uint256);
}
