// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ICortensorToken} from "./interfaces/ICortensorToken.sol";

/// @notice See {ICortensorToken}.
contract CortensorToken is ERC20, ICortensorToken {
    /// @notice One billion COR in micro-COR; nothing is ever minted after construction.
    uint256 public constant SUPPLY = 1_000_000_000 * 10 ** 6;

    /// @inheritdoc ICortensorToken
    uint256 public immutable faucetLimit;

    /// @param faucetReserve Part of the supply that the faucet may give away; the rest goes to the deployer.
    /// @param faucetLimit_ Most that one faucet call pays; zero switches the faucet off.
    constructor(uint256 faucetReserve, uint256 faucetLimit_) ERC20("Cortensor", "COR") {
        faucetLimit = faucetLimit_;
        _mint(address(this), faucetReserve);
        _mint(msg.sender, SUPPLY - faucetReserve);
    }

    /// @notice Amounts are micro-COR.
    function decimals() public pure override returns (uint8) {
        return 6;
    }

    /// @inheritdoc ICortensorToken
    function faucet(address to, uint256 amount) external {
        require(faucetLimit != 0, FaucetDisabled());
        require(amount <= faucetLimit, FaucetLimit(amount, faucetLimit));
        _transfer(address(this), to, amount);
    }
}
