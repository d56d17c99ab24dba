// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Who takes part, with which stake, and where the other contracts are
/// @notice Registrations are keyed by (operator, node id). A node id is the raw Ed25519 public key, which cannot be checked on chain:
/// an entry binds a node only together with that node's own signature, which travels in its presence messages.
interface INodeRegistry {
    /// @notice What a leaf under an epoch's rewards root says of a miner: a dispute found a window of an answer false to the last bit.
    struct Fault {
        address operator;
        bytes32 nodeId;
        /// @dev The task.
        bytes32 subject;
        /// @dev From 0.
        uint64 window;
    }

    /// @notice A registration was made, topped up or changed; `stake` is its total.
    event Registered(address indexed operator, bytes32 indexed nodeId, uint8 roles, uint64 stake, address payout);
    /// @notice Rewards of this operator go to `payout` from now on.
    event PayoutChanged(address indexed operator, address payout);
    /// @notice The node left; its stake can be withdrawn at `releaseAt` (Unix seconds).
    event Unbonding(address indexed operator, bytes32 indexed nodeId, uint64 stake, uint64 releaseAt);
    /// @notice The stake of a node that had left went back to its operator.
    event Withdrawn(address indexed operator, bytes32 indexed nodeId, uint64 stake);
    /// @notice A node did what its stake answers for: `amount` is gone for good, `left` of its stake waits to be released.
    event Slashed(address indexed operator, bytes32 indexed nodeId, uint64 amount, uint64 left);
    /// @notice A miner lost half of its stake for this window.
    event FalseWindowPunished(address indexed operator, bytes32 indexed nodeId, bytes32 subject, uint64 window);
    /// @notice The deployment is complete.
    event Linked(address committee, address distributor, address sessions, uint64 deploymentBlock);

    /// @notice Roles are a bit set: 1 miner, 2 oracle, 4 router; at least one, none besides.
    error InvalidRoles(uint8 roles);
    /// @notice A node id is not zero.
    error InvalidNodeId();
    /// @notice These roles need a total stake of at least `minimum`.
    error StakeTooLow(uint64 stake, uint64 minimum);
    /// @notice No such registration, or it has left already.
    error NotRegistered(address operator, bytes32 nodeId);
    /// @notice The registration is leaving; withdraw its stake at `releaseAt` first.
    error StillUnbonding(uint64 releaseAt);
    /// @notice Nothing is leaving under this key.
    error NotUnbonding(address operator, bytes32 nodeId);
    /// @notice Only the committee slashes, and only on evidence.
    error NotCommittee(address caller);
    /// @notice This registration holds no stake.
    error NothingToSlash(address operator, bytes32 nodeId);
    /// @notice The fault is not a leaf of that epoch's rewards tree.
    error InvalidFault();
    /// @notice This registration has been slashed for a false window.
    error FaultPunished(address operator, bytes32 nodeId);
    /// @notice Only the deployer links.
    error NotDeployer(address caller);
    /// @notice Linked once already.
    error AlreadyLinked();

    /// @notice Registers a node of the caller, or changes it: `roles` and `payout` are replaced, `stake` is added.
    /// @dev Pulls `stake` with `transferFrom`: approve first.
    /// @param nodeId Raw Ed25519 public key.
    /// @param roles Bit set.
    /// @param stake Micro-COR to add; the total must reach {minimumStake}.
    /// @param payout Where all of the operator's rewards go; zero leaves it as it is (the operator at first).
    function register(bytes32 nodeId, uint8 roles, uint64 stake, address payout) external;

    /// @notice Sets where the caller's rewards go; zero means the caller itself.
    function setPayout(address payout) external;

    /// @notice Takes a node of the caller out; its stake is released after {unbondingSeconds}.
    function unbond(bytes32 nodeId) external;

    /// @notice Pays out the stake of a node of the caller that left long enough ago.
    function withdraw(bytes32 nodeId) external;

    /// @notice Takes up to `amount` of a node's stake, of one that is leaving too, and takes the node out; only by the committee.
    /// @return taken What was there to take.
    function slash(address operator, bytes32 nodeId, uint64 amount) external returns (uint64 taken);

    /// @notice Takes half of a node's stake, rounded up, for a false window, of one that is leaving too, and takes the node out; once for
    /// each registration. Open to everybody.
    /// @param epoch Whose root holds the leaf: see {IOracleCommittee-settledRoot}.
    /// @param fault As in the leaf.
    /// @param proof Siblings from the leaf up.
    function punishFalseWindow(uint64 epoch, Fault calldata fault, bytes32[] calldata proof) external;

    /// @notice Names the other contracts, once, by the deployer, so that everything is found from this address.
    /// @param deploymentBlock Block in which this registry was deployed, as the chain's logs count them; given by the deployer because
    /// `block.number` is another chain's on some rollups.
    function link(address committee, address distributor, address sessions, uint64 deploymentBlock) external;

    /// @notice The staked token.
    function token() external view returns (IERC20);
    /// @notice The oracle committee; zero before {link}.
    function committee() external view returns (address);
    /// @notice The reward distributor; zero before {link}.
    function distributor() external view returns (address);
    /// @notice The session manager; zero before {link}.
    function sessions() external view returns (address);
    /// @notice First block that can hold an event of these contracts.
    function deploymentBlock() external view returns (uint64);
    /// @notice When emission starts, in Unix seconds.
    function genesis() external view returns (uint64);
    /// @notice Wait between {unbond} and {withdraw}, in seconds.
    function unbondingSeconds() external view returns (uint64);
    /// @notice All stakes by state: their sum is what was deposited less what was withdrawn, and this contract holds at least that.
    function totals() external view returns (uint64 staked, uint64 unbonding, uint64 slashed);
    /// @notice Smallest total stake for these roles: the sum over them.
    function minimumStake(uint8 roles) external view returns (uint64);
    /// @notice Where an operator's rewards go.
    function payoutOf(address operator) external view returns (address);
    /// @notice One registration; `releaseAt` is zero unless it is leaving, all are zero when there is none.
    function nodeOf(address operator, bytes32 nodeId) external view returns (uint8 roles, uint64 stake, uint64 releaseAt);
}
