// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {INodeRegistry} from "./interfaces/INodeRegistry.sol";
import {IOracleCommittee} from "./interfaces/IOracleCommittee.sol";
import {IRewardDistributor} from "./interfaces/IRewardDistributor.sol";

/// @notice See {IRewardDistributor}.
contract RewardDistributor is IRewardDistributor {
    using SafeERC20 for IERC20;

    INodeRegistry private immutable REGISTRY;
    IOracleCommittee private immutable COMMITTEE;
    IERC20 private immutable TOKEN;
    /// @inheritdoc IRewardDistributor
    uint64 public immutable claimDelay;

    /// @inheritdoc IRewardDistributor
    mapping(address operator => uint64) public claimed;

    constructor(INodeRegistry registry, IOracleCommittee committee, uint64 claimDelay_) {
        REGISTRY = registry;
        COMMITTEE = committee;
        TOKEN = registry.token();
        claimDelay = claimDelay_;
    }

    /// @inheritdoc IRewardDistributor
    function claim(address operator, uint64 cumulative, bytes32[] calldata proof) external {
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(operator, cumulative))));
        (bytes32 root, uint64 rewards, uint64 funded) = COMMITTEE.claimable(claimDelay);
        require(MerkleProof.verifyCalldata(proof, root, leaf), InvalidProof());
        uint64 before = claimed[operator];
        require(cumulative > before, NothingToClaim(operator, before));
        uint64 amount = cumulative - before;
        // What is funded but not yet earned stays here, so that all claims together never exceed the committed rewards, even if
        // the committee's keys are stolen. Cheaper than a running total: the balance is read by the transfer anyway.
        require(TOKEN.balanceOf(address(this)) >= uint256(amount) + (funded - rewards), ClaimsExceedRewards());
        claimed[operator] = cumulative;
        address payout = REGISTRY.payoutOf(operator);
        emit Claimed(operator, payout, amount, cumulative);
        TOKEN.safeTransfer(payout, amount);
    }

    /// @inheritdoc IRewardDistributor
    function fund(uint64 amount) external {
        emit Funded(msg.sender, amount);
        TOKEN.safeTransferFrom(msg.sender, address(this), amount);
        COMMITTEE.increaseFunding(amount);
    }
}
