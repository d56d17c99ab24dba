// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title One commit an epoch, chained on the one before, attested by the committee
/// @notice The chain takes exactly one commit for each epoch, so it is the chain that decides between competing reports.
interface IOracleCommittee {
    /// @notice What one epoch puts on the chain.
    struct Commit {
        /// @dev Sequence number; the first is 1.
        uint64 epoch;
        /// @dev Digest of the epoch before; zero for the first.
        bytes32 prev;
        /// @dev Merkle root of the epoch's results.
        bytes32 resultsRoot;
        /// @dev Merkle root of all operators' cumulative rewards.
        bytes32 rewardsRoot;
        /// @dev Results in this epoch's report.
        uint64 results;
        /// @dev Rewards of all epochs up to this one, in micro-COR.
        uint64 rewards;
        /// @dev SHA-256 inside the report's CID (CIDv1, dag-cbor).
        bytes32 reportCid;
    }

    /// @notice Two attestations of one member for one instance and view, with different digests.
    struct Evidence {
        /// @dev Any configuration that was ever scheduled here.
        bytes32 config;
        /// @dev The member's place.
        uint256 index;
        uint64 epoch;
        bytes32 prev;
        uint32 viewNumber;
        bytes32[2] digests;
        /// @dev In the 64-byte form of EIP-2098, as `r` and `vs`.
        bytes32[2][2] signatures;
    }

    /// @notice A committee takes over at epoch `from`.
    /// @param operators Accounts, 20 bytes each, in the order in which bitmaps count.
    /// @param nodeIds Ed25519 public keys, 32 bytes each, in the same order.
    event ConfigScheduled(
        bytes32 indexed config, uint64 from, bytes operators, bytes nodeIds, uint8 faults, uint8 attestations, uint32 nonce
    );
    /// @notice An epoch was committed; with this event alone a follower can name everything that the digest covers.
    event EpochCommitted(
        uint64 indexed epoch,
        bytes32 indexed digest,
        bytes32 config,
        bytes32 prev,
        uint32 viewNumber,
        bytes32 resultsRoot,
        bytes32 rewardsRoot,
        bytes32 reportCid,
        uint64 results,
        uint64 rewards
    );
    /// @notice A member attested two digests for one instance and view, and was slashed.
    event Equivocated(address indexed operator, bytes32 indexed config, uint64 epoch, bytes32 prev, uint32 viewNumber);


    /// @notice 3 to 31 members of different accounts, `faults` fewer than half of them, `attestations` between `faults` + 1 and the members less `faults`.
    error InvalidConfig();
    /// @notice No such configuration was ever scheduled here.
    error UnknownConfig(bytes32 config);
    /// @notice The next epoch is `expected`.
    error WrongEpoch(uint64 epoch, uint64 expected);
    /// @notice The commit does not follow on the last one.
    error WrongPrev(bytes32 prev, bytes32 expected);
    /// @notice The bitmap and the signatures must both name exactly `expected` different members.
    error WrongSignatureCount(uint256 count, uint256 expected);
    /// @notice The signature at this member's place is not its own.
    error BadSignature(uint256 index);
    /// @notice Cumulative rewards never fall.
    error RewardsDecreased(uint64 rewards, uint64 last);
    /// @notice Emission since genesis allows `cap` so far.
    error RewardsOverCap(uint64 rewards, uint256 cap);
    /// @notice The distributor has been given only `funded`.
    error RewardsOverFunding(uint64 rewards, uint64 funded);
    /// @notice Only the governor changes the committee.
    error NotGovernor(address caller);
    /// @notice A committee takes over at `earliest` at the soonest: the oracles may be at work on the epoch before.
    error TooEarly(uint64 from, uint64 earliest);
    /// @notice The committee may be replaced at once only from `from` on (Unix seconds), if nothing is committed until then.
    error NotSilent(uint64 from);
    /// @notice Both attestations are of one digest.
    error NoEquivocation();
    /// @notice This member has been slashed for this instance and view.
    error AlreadyPunished();
    /// @notice The epoch is not in the ring of the last {RING} commits.
    error NotInRing(uint64 epoch);
    /// @notice No epoch was committed after this one yet, or the claim delay is not over.
    error TooRecent(uint64 epoch);
    /// @notice No commit is old enough yet, or all that are have left the ring.
    error NoRootYet();

    /// @notice Commits the next epoch; open to everybody who holds enough attestations.
    /// @param commit_ What is committed.
    /// @param viewNumber The view in which it was attested.
    /// @param bitmap Bit i: member i of the active configuration signed.
    /// @param signatures Exactly as many as the configuration's attestations, by rising index, in the 64-byte form of EIP-2098.
    function commitEpoch(Commit calldata commit_, uint32 viewNumber, uint256 bitmap, bytes calldata signatures) external;

    /// @notice Lets another committee take over at epoch `from`, at least two after the last; a later call replaces one that waits.
    /// Only by the governor. The nonce is the contract's own: no two configurations hash alike.
    function scheduleConfig(uint64 from, bytes calldata operators, bytes calldata nodeIds, uint8 faults, uint8 attestations)
        external;

    /// @notice Replaces a committee that has committed nothing for {recoverySeconds}, from the next epoch on. Only by the governor.
    function recover(bytes calldata operators, bytes calldata nodeIds, uint8 faults, uint8 attestations) external;

    /// @notice Slashes a member that attested two digests for one (config, epoch, prev, view), once, by an oracle's smallest stake.
    /// Attestations in different views or on different predecessors are legal. Open to everybody.
    function punishEquivocation(Evidence calldata evidence) external;

    /// @notice The digest that the next epoch's `prev` must name.
    function digestOf(Commit calldata commit_) external pure returns (bytes32);
    /// @notice What a member signs (EIP-712).
    function attestationDigest(bytes32 config_, uint64 epoch, bytes32 prev, uint32 viewNumber, bytes32 digest)
        external
        view
        returns (bytes32);
    /// @notice Hash of chain, contract, members and parameters.
    function configHash(bytes32 operatorsHash, bytes32 nodeIdsHash, uint8 faults, uint8 attestations, uint32 nonce)
        external
        view
        returns (bytes32);

    /// @notice The configuration that is active for the next commit.
    function config() external view returns (bytes32);
    /// @notice Last committed epoch, the totals that bound the next one, whether a configuration waits, and when the epoch was
    /// committed, in seconds since genesis.
    function head()
        external
        view
        returns (uint64 epoch, uint64 rewards, uint64 funded, bool scheduled, uint32 committedAt);
    /// @notice The configuration that waits for epoch `from`; both zero when none does.
    function next() external view returns (bytes32 config_, uint64 from);
    /// @notice What any configuration that was ever scheduled here consists of.
    /// @return operators Accounts, 20 bytes each, in the order in which bitmaps count.
    /// @return nodeIds Ed25519 public keys, 32 bytes each, in the same order.
    function membersOf(bytes32 config_)
        external
        view
        returns (bytes memory operators, bytes memory nodeIds, uint8 faults, uint8 attestations, uint32 nonce);
    /// @notice Who may change the committee.
    function governor() external view returns (address);
    /// @notice Silence, in seconds, after which the committee may be replaced at once.
    function recoverySeconds() external view returns (uint64);
    /// @notice Digest of one of the last {RING} epochs; with it {digestOf} proves every field of that commit.
    function digestAt(uint64 epoch) external view returns (bytes32);
    /// @notice Rewards root of one of the last {RING} epochs that another one has followed and that is older than the claim delay: what
    /// the committee itself has built on, and claims would be paid from by now.
    function settledRoot(uint64 epoch) external view returns (bytes32);
    /// @notice Most that may be emitted, in micro-COR a second since genesis.
    function maxRewardPerSecond() external view returns (uint64);
    /// @notice How many commits stay readable.
    function RING() external view returns (uint64);
}
