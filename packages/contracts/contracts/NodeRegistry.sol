// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {INodeRegistry} from "./interfaces/INodeRegistry.sol";
import {IOracleCommittee} from "./interfaces/IOracleCommittee.sol";
import {IRewardDistributor} from "./interfaces/IRewardDistributor.sol";

/// @notice See {INodeRegistry}.
contract NodeRegistry is INodeRegistry {
    using SafeERC20 for IERC20;

    /// @dev One storage slot.
    struct Node {
        uint8 roles;
        uint64 stake;
        uint64 releaseAt;
    }

    /// @dev One storage slot. What operators hold here, by state; slashed stakes stay here for good, so that nobody gains by slashing.
    struct Totals {
        uint64 staked;
        uint64 unbonding;
        uint64 slashed;
    }

    /// @dev First word of a fault's leaf, which has five: those of rewards have two, those of settlements three.
    bytes32 private constant FALSE_WINDOW = keccak256("Cortensor false window");
    uint8 private constant MINER = 1;
    uint8 private constant ORACLE = 2;
    uint8 private constant ROUTER = 4;

    IERC20 public immutable token;
    uint64 public immutable genesis;
    uint64 public immutable unbondingSeconds;
    address private immutable DEPLOYER;
    uint64 private immutable MINER_STAKE;
    uint64 private immutable ORACLE_STAKE;
    uint64 private immutable ROUTER_STAKE;

    address public committee;
    uint64 public deploymentBlock;
    address public distributor;
    /// @inheritdoc INodeRegistry
    address public sessions;
    /// @inheritdoc INodeRegistry
    Totals public totals;

    mapping(address operator => mapping(bytes32 nodeId => Node)) private _nodes;
    /// @dev For a false window. For good: what audits eject stays out of the reports too.
    mapping(address operator => mapping(bytes32 nodeId => bool)) private _punished;

    /// @param minerStake Smallest stake of a miner, in micro-COR; likewise for the other roles.
    constructor(IERC20 token_, uint64 minerStake, uint64 oracleStake, uint64 routerStake, uint64 unbondingSeconds_) {
        token = token_;
        genesis = uint64(block.timestamp);
        unbondingSeconds = unbondingSeconds_;
        DEPLOYER = msg.sender;
        MINER_STAKE = minerStake;
        ORACLE_STAKE = oracleStake;
        ROUTER_STAKE = routerStake;
    }

    /// @inheritdoc INodeRegistry
    function register(bytes32 nodeId, uint8 roles, uint64 stake, address payout) external {
        require(nodeId != 0, InvalidNodeId());
        Node storage node = _nodes[msg.sender][nodeId];
        require(node.releaseAt == 0, StillUnbonding(node.releaseAt));
        uint64 total = node.stake + stake;
        uint64 minimum = minimumStake(roles);
        require(total >= minimum, StakeTooLow(total, minimum));
        node.roles = roles;
        node.stake = total;
        totals.staked += stake;
        address payout_ = payoutOf(msg.sender);
        if (payout != address(0) && payout != payout_) {
            payout_ = payout;
            IRewardDistributor(distributor).setPayout(msg.sender, payout);
            emit PayoutChanged(msg.sender, payout);
        }
        emit Registered(msg.sender, nodeId, roles, total, payout_);
        token.safeTransferFrom(msg.sender, address(this), stake);
    }

    /// @inheritdoc INodeRegistry
    function setPayout(address payout) external {
        IRewardDistributor(distributor).setPayout(msg.sender, payout);
        emit PayoutChanged(msg.sender, payout == address(0) ? msg.sender : payout);
    }

    /// @inheritdoc INodeRegistry
    function unbond(bytes32 nodeId) external {
        Node storage node = _nodes[msg.sender][nodeId];
        require(node.roles != 0, NotRegistered(msg.sender, nodeId));
        _release(node, msg.sender, nodeId);
    }

    /// @inheritdoc INodeRegistry
    function withdraw(bytes32 nodeId) external {
        Node memory node = _nodes[msg.sender][nodeId];
        require(node.releaseAt != 0, NotUnbonding(msg.sender, nodeId));
        require(node.releaseAt <= block.timestamp, StillUnbonding(node.releaseAt));
        delete _nodes[msg.sender][nodeId];
        totals.unbonding -= node.stake;
        emit Withdrawn(msg.sender, nodeId, node.stake);
        token.safeTransfer(msg.sender, node.stake);
    }

    /// @inheritdoc INodeRegistry
    function slash(address operator, bytes32 nodeId, uint64 amount) external returns (uint64 taken) {
        require(msg.sender == committee, NotCommittee(msg.sender));
        uint64 stake = _nodes[operator][nodeId].stake;
        taken = amount < stake ? amount : stake;
        _slash(operator, nodeId, stake, taken);
    }

    /// @inheritdoc INodeRegistry
    function punishFalseWindow(uint64 epoch, Fault calldata fault, bytes32[] calldata proof) external {
        bytes32 root = IOracleCommittee(committee).settledRoot(epoch);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(FALSE_WINDOW, fault))));
        require(MerkleProof.verifyCalldata(proof, root, leaf), InvalidFault());
        (address operator, bytes32 nodeId) = (fault.operator, fault.nodeId);
        require(!_punished[operator][nodeId], FaultPunished(operator, nodeId));
        _punished[operator][nodeId] = true;
        emit FalseWindowPunished(operator, nodeId, fault.subject, fault.window);
        uint64 stake = _nodes[operator][nodeId].stake;
        _slash(operator, nodeId, stake, stake - stake / 2);
    }

    /// @inheritdoc INodeRegistry
    function link(address committee_, address distributor_, address sessions_, uint64 deploymentBlock_) external {
        require(msg.sender == DEPLOYER, NotDeployer(msg.sender));
        require(committee == address(0), AlreadyLinked());
        committee = committee_;
        distributor = distributor_;
        sessions = sessions_;
        deploymentBlock = deploymentBlock_;
        emit Linked(committee_, distributor_, sessions_, deploymentBlock_);
    }

    /// @inheritdoc INodeRegistry
    function minimumStake(uint8 roles) public view returns (uint64 minimum) {
        require(roles != 0 && roles <= (MINER | ORACLE | ROUTER), InvalidRoles(roles));
        if (roles & MINER != 0) minimum += MINER_STAKE;
        if (roles & ORACLE != 0) minimum += ORACLE_STAKE;
        if (roles & ROUTER != 0) minimum += ROUTER_STAKE;
    }

    /// @inheritdoc INodeRegistry
    function payoutOf(address operator) public view returns (address) {
        return IRewardDistributor(distributor).payoutOf(operator);
    }

    /// @inheritdoc INodeRegistry
    function nodeOf(address operator, bytes32 nodeId) external view returns (uint8 roles, uint64 stake, uint64 releaseAt) {
        Node storage node = _nodes[operator][nodeId];
        return (node.roles, node.stake, node.releaseAt);
    }

    function _slash(address operator, bytes32 nodeId, uint64 stake, uint64 taken) private {
        require(stake != 0, NothingToSlash(operator, nodeId));
        Node storage node = _nodes[operator][nodeId];
        if (node.releaseAt == 0) _release(node, operator, nodeId);
        node.stake = stake - taken;
        totals.unbonding -= taken;
        totals.slashed += taken;
        emit Slashed(operator, nodeId, taken, stake - taken);
    }

    /// @dev The node takes part no longer, and its stake waits.
    function _release(Node storage node, address operator, bytes32 nodeId) private {
        uint64 stake = node.stake;
        uint64 releaseAt = uint64(block.timestamp) + unbondingSeconds;
        node.roles = 0;
        node.releaseAt = releaseAt;
        totals.staked -= stake;
        totals.unbonding += stake;
        emit Unbonding(operator, nodeId, stake, releaseAt);
    }
}
