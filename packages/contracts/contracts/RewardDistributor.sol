// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {INodeRegistry} from "./interfaces/INodeRegistry.sol";
import {IRewardDistributor} from "./interfaces/IRewardDistributor.sol";

/// @notice See {IRewardDistributor}. Part of the committee's contract, whose roots and totals every claim needs.
abstract contract RewardDistributor is IRewardDistributor {
    using SafeERC20 for IERC20;

    /// @dev One storage slot: all that a claim reads and writes about an operator.
    struct Account {
        uint64 claimed;
        /// @dev Zero for the operator itself.
        address payout;
    }

    INodeRegistry internal immutable REGISTRY;
    IERC20 private immutable TOKEN;
    /// @inheritdoc IRewardDistributor
    uint64 public immutable claimDelay;

    mapping(address operator => Account) private _accounts;

    constructor(INodeRegistry registry, uint64 claimDelay_) {
        REGISTRY = registry;
        TOKEN = registry.token();
        claimDelay = claimDelay_;
    }

    /// @inheritdoc IRewardDistributor
    function claim(address operator, uint64 cumulative, bytes32[] calldata proof) external {
        bytes32 leaf = keccak256(
            bytes.concat(Hashes.efficientKeccak256(bytes32(uint256(uint160(operator))), bytes32(uint256(cumulative))))
        );
        (bytes32 root, uint64 unearned) = _claimable(claimDelay);
        require(MerkleProof.verifyCalldata(proof, root, leaf), InvalidProof());
        Account storage account = _accounts[operator];
        (uint64 before, address payout) = (account.claimed, account.payout);
        require(cumulative > before, NothingToClaim(operator, before));
        uint256 amount = cumulative - before;
        // What is funded but not yet earned stays here, so that all claims together never exceed the committed rewards, even if
        // the committee's keys are stolen. Cheaper than a running total: the balance is read by the transfer anyway.
        require(TOKEN.balanceOf(address(this)) >= amount + unearned, ClaimsExceedRewards());
        account.claimed = cumulative;
        emit Claimed(operator, cumulative);
        TOKEN.safeTransfer(payout == address(0) ? operator : payout, amount);
    }

    /// @inheritdoc IRewardDistributor
    function fund(uint64 amount) external {
        emit Funded(msg.sender, amount, _addFunding(amount));
        TOKEN.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IRewardDistributor
    function setPayout(address operator, address payout) external {
        require(msg.sender == address(REGISTRY), NotRegistry(msg.sender));
        _accounts[operator].payout = payout;
    }

    /// @inheritdoc IRewardDistributor
    function payoutOf(address operator) external view returns (address) {
        address payout = _accounts[operator].payout;
        return payout == address(0) ? operator : payout;
    }

    /// @inheritdoc IRewardDistributor
    function claimed(address operator) external view returns (uint64) {
        return _accounts[operator].claimed;
    }

    /// @inheritdoc IRewardDistributor
    function claimableRoot() external view returns (bytes32 root) {
        (root,) = _claimable(claimDelay);
    }

    /// @dev Adds to what commits may promise and tells what that is in all.
    function _addFunding(uint64 amount) internal virtual returns (uint64 funded);

    /// @dev Rewards root of the newest commit that is at least `age` seconds old, and what is funded beyond the rewards of the last one.
    function _claimable(uint64 age) internal view virtual returns (bytes32 root, uint64 unearned);
}
