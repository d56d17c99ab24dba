// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {INodeRegistry} from "./interfaces/INodeRegistry.sol";
import {IOracleCommittee} from "./interfaces/IOracleCommittee.sol";
import {Rosters} from "./lib/Roster.sol";
import {RewardDistributor} from "./RewardDistributor.sol";

/// @notice See {IOracleCommittee}, and {IRewardDistributor} for how what it commits is paid.
contract OracleCommittee is IOracleCommittee, RewardDistributor, EIP712 {
    using Rosters for bytes;

    /// @dev One storage slot.
    struct Head {
        uint64 epoch;
        uint64 rewards;
        uint64 funded;
        /// @dev Whether a configuration waits: without one a commit need not look further.
        bool scheduled;
        /// @dev Of the last commit, in seconds since genesis.
        uint32 committedAt;
    }

    /// @dev The configuration that waits for its epoch; one storage slot.
    struct Scheduled {
        address roster;
        uint64 from;
    }

    struct Entry {
        bytes32 digest;
        bytes32 rewardsRoot;
    }

    bytes32 private constant ATTEST_TYPE =
        keccak256("Attest(bytes32 config,uint64 epoch,bytes32 prev,uint32 view,bytes32 digest)");
    uint256 private constant SIGNATURE_BYTES = 64;
    /// @dev EIP-2098: the top bit beside `s` is the parity.
    bytes32 private constant S_MASK = bytes32(type(uint256).max >> 1);
    /// @dev The registry's bit for oracles.
    uint8 private constant ORACLE = 2;

    /// @inheritdoc IOracleCommittee
    uint64 public constant RING = 64;

    /// @inheritdoc IOracleCommittee
    uint64 public immutable maxRewardPerSecond;
    /// @inheritdoc IOracleCommittee
    address public immutable governor;
    /// @inheritdoc IOracleCommittee
    uint64 public immutable recoverySeconds;
    uint64 private immutable GENESIS;

    /// @inheritdoc IOracleCommittee
    Head public head;
    Entry[RING] private _ring;
    /// @dev When the ring's epochs were committed, in seconds since genesis, eight to a slot; kept only where claims wait.
    uint32[RING] private _times;
    /// @dev Code that holds the active configuration.
    address private _active;
    Scheduled private _next;
    uint32 private _lastNonce;
    /// @dev Of every configuration that was ever scheduled here.
    mapping(bytes32 config => address) private _rosters;
    /// @dev By member and instance.
    mapping(bytes32 offence => bool) private _punished;

    /// @param claimDelay_ Age in seconds at which a committed root becomes claimable.
    /// @param governor_ Who changes the committee; it neither commits nor moves money.
    /// @param recoverySeconds_ Silence after which the governor may replace the committee at once.
    /// @param operators The members' accounts, 20 bytes each.
    /// @param nodeIds The members' Ed25519 public keys, 32 bytes each.
    constructor(
        INodeRegistry registry,
        uint64 maxRewardPerSecond_,
        uint64 claimDelay_,
        address governor_,
        uint64 recoverySeconds_,
        bytes memory operators,
        bytes memory nodeIds,
        uint8 faults,
        uint8 attestations
    ) RewardDistributor(registry, claimDelay_) EIP712("Cortensor OracleCommittee", "1") {
        GENESIS = registry.genesis();
        maxRewardPerSecond = maxRewardPerSecond_;
        governor = governor_;
        recoverySeconds = recoverySeconds_;
        _active = _announce(1, operators, nodeIds, faults, attestations, 0);
    }

    /// @inheritdoc IOracleCommittee
    function commitEpoch(Commit calldata commit_, uint32 viewNumber, uint256 bitmap, bytes calldata signatures) external {
        Head memory last = head;
        require(commit_.epoch == last.epoch + 1, WrongEpoch(commit_.epoch, last.epoch + 1));
        bytes32 expectedPrev = last.epoch == 0 ? bytes32(0) : _ring[last.epoch % RING].digest;
        require(commit_.prev == expectedPrev, WrongPrev(commit_.prev, expectedPrev));
        _checkRewards(commit_.rewards, last);
        bytes32 digest = digestOf(commit_);
        bytes memory roster = Rosters.read(_active);
        bytes32 active = roster.configOf();
        _checkSignatures(
            attestationDigest(active, commit_.epoch, commit_.prev, viewNumber, digest), roster, bitmap, signatures
        );

        uint32 committedAt = uint32(block.timestamp - GENESIS);
        (head.epoch, head.rewards, head.committedAt) = (commit_.epoch, commit_.rewards, committedAt);
        _ring[commit_.epoch % RING] = Entry(digest, commit_.rewardsRoot);
        if (claimDelay != 0) _times[commit_.epoch % RING] = committedAt;
        if (last.scheduled) _activate(commit_.epoch + 1);
        emit EpochCommitted(
            commit_.epoch,
            digest,
            active,
            commit_.prev,
            viewNumber,
            commit_.resultsRoot,
            commit_.rewardsRoot,
            commit_.reportCid,
            commit_.results,
            commit_.rewards
        );
    }

    /// @inheritdoc IOracleCommittee
    function scheduleConfig(uint64 from, bytes calldata operators, bytes calldata nodeIds, uint8 faults, uint8 attestations)
        external
    {
        require(msg.sender == governor, NotGovernor(msg.sender));
        uint64 last = head.epoch;
        require(from >= last + 2, TooEarly(from, last + 2));
        _next = Scheduled(_announce(from, operators, nodeIds, faults, attestations, ++_lastNonce), from);
        head.scheduled = true;
    }

    /// @inheritdoc IOracleCommittee
    function recover(bytes calldata operators, bytes calldata nodeIds, uint8 faults, uint8 attestations) external {
        require(msg.sender == governor, NotGovernor(msg.sender));
        uint64 silentAt = GENESIS + head.committedAt + recoverySeconds;
        require(block.timestamp >= silentAt, NotSilent(silentAt));
        _active = _announce(head.epoch + 1, operators, nodeIds, faults, attestations, ++_lastNonce);
        // What was scheduled was meant to follow on the committee that fell silent.
        delete _next;
        head.scheduled = false;
    }

    /// @inheritdoc IOracleCommittee
    function punishEquivocation(Evidence calldata evidence) external {
        bytes32 config_ = evidence.config;
        bytes memory roster = _rosterOf(config_);
        require(evidence.digests[0] != evidence.digests[1], NoEquivocation());
        uint256 index = evidence.index;
        require(index < roster.size(), BadSignature(index));
        address operator = roster.operatorAt(index);
        for (uint256 i = 0; i < 2; ++i) {
            bytes32 digest =
                attestationDigest(config_, evidence.epoch, evidence.prev, evidence.viewNumber, evidence.digests[i]);
            bytes32[2] calldata signature = evidence.signatures[i];
            require(_recover(digest, signature[0], signature[1]) == operator, BadSignature(index));
        }
        bytes32 offence = keccak256(abi.encode(config_, operator, evidence.epoch, evidence.prev, evidence.viewNumber));
        require(!_punished[offence], AlreadyPunished());
        _punished[offence] = true;
        emit Equivocated(operator, config_, evidence.epoch, evidence.prev, evidence.viewNumber);
        REGISTRY.slash(operator, roster.nodeIdAt(index), REGISTRY.minimumStake(ORACLE));
    }

    /// @inheritdoc IOracleCommittee
    function config() external view returns (bytes32) {
        return Rosters.read(_active).configOf();
    }

    /// @inheritdoc IOracleCommittee
    function next() external view returns (bytes32 config_, uint64 from) {
        Scheduled memory waiting = _next;
        if (waiting.from != 0) (config_, from) = (Rosters.read(waiting.roster).configOf(), waiting.from);
    }

    /// @inheritdoc IOracleCommittee
    function membersOf(bytes32 config_)
        external
        view
        returns (bytes memory operators, bytes memory nodeIds, uint8 faults, uint8 attestations, uint32 nonce)
    {
        bytes memory roster = _rosterOf(config_);
        (operators, nodeIds) = roster.membersOf();
        return (operators, nodeIds, roster.faultsOf(), roster.attestationsOf(), roster.nonceOf());
    }

    /// @inheritdoc IOracleCommittee
    function digestAt(uint64 epoch) external view returns (bytes32) {
        _checkInRing(epoch, head.epoch);
        return _ring[epoch % RING].digest;
    }

    /// @inheritdoc IOracleCommittee
    function settledRoot(uint64 epoch) external view returns (bytes32) {
        uint64 last = head.epoch;
        _checkInRing(epoch, last);
        require(epoch != last, TooRecent(epoch));
        require(claimDelay == 0 || GENESIS + _times[epoch % RING] + claimDelay <= block.timestamp, TooRecent(epoch));
        return _ring[epoch % RING].rewardsRoot;
    }

    /// @inheritdoc IOracleCommittee
    function digestOf(Commit calldata commit_) public pure returns (bytes32) {
        return keccak256(abi.encode(commit_));
    }

    /// @inheritdoc IOracleCommittee
    function attestationDigest(bytes32 config_, uint64 epoch, bytes32 prev, uint32 viewNumber, bytes32 digest)
        public
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(keccak256(abi.encode(ATTEST_TYPE, config_, epoch, prev, viewNumber, digest)));
    }

    /// @inheritdoc IOracleCommittee
    function configHash(bytes32 operatorsHash, bytes32 nodeIdsHash, uint8 faults, uint8 attestations, uint32 nonce)
        public
        view
        returns (bytes32)
    {
        return keccak256(
            abi.encode(block.chainid, address(this), operatorsHash, nodeIdsHash, faults, attestations, nonce)
        );
    }

    /// @inheritdoc RewardDistributor
    function _addFunding(uint64 amount) internal override returns (uint64 funded) {
        funded = head.funded + amount;
        head.funded = funded;
    }

    /// @inheritdoc RewardDistributor
    function _claimable(uint64 age) internal view override returns (bytes32 root, uint64 unearned) {
        (uint64 epoch, uint64 rewards, uint64 funded) = (head.epoch, head.rewards, head.funded);
        if (age != 0) epoch = _newestOfAge(age, epoch);
        require(epoch != 0, NoRootYet());
        return (_ring[epoch % RING].rewardsRoot, funded - rewards);
    }

    /// @dev Checks a configuration, writes it down and tells everybody; its hash covers a nonce that no other one has.
    function _announce(
        uint64 from,
        bytes memory operators,
        bytes memory nodeIds,
        uint8 faults,
        uint8 attestations,
        uint32 nonce
    ) private returns (address place) {
        require(Rosters.areValid(operators, nodeIds, faults, attestations), InvalidConfig());
        bytes32 hash = configHash(keccak256(operators), keccak256(nodeIds), faults, attestations, nonce);
        place = Rosters.write(hash, operators, nodeIds, faults, attestations, nonce);
        _rosters[hash] = place;
        emit ConfigScheduled(hash, from, operators, nodeIds, faults, attestations, nonce);
    }

    function _rosterOf(bytes32 config_) private view returns (bytes memory) {
        address place = _rosters[config_];
        require(place != address(0), UnknownConfig(config_));
        return Rosters.read(place);
    }

    /// @dev Lets the waiting configuration take over if this epoch, the next one, is its own.
    function _activate(uint64 epoch) private {
        Scheduled memory waiting = _next;
        if (waiting.from != epoch) return;
        _active = waiting.roster;
        delete _next;
        head.scheduled = false;
    }

    /// @dev Zero when no epoch of the ring is that old. Times rise with epochs, so the ring is halved; `low` is one below its oldest epoch
    /// or an epoch that is old enough.
    function _newestOfAge(uint64 age, uint64 last) private view returns (uint64) {
        uint64 before = last > RING ? last - RING : 0;
        (uint64 low, uint64 high) = (before, last);
        while (low < high) {
            uint64 middle = low + (high - low + 1) / 2;
            if (GENESIS + _times[middle % RING] + age <= block.timestamp) low = middle;
            else high = middle - 1;
        }
        return low == before ? 0 : low;
    }

    function _checkInRing(uint64 epoch, uint64 last) private pure {
        require(epoch != 0 && epoch <= last && epoch + RING > last, NotInRing(epoch));
    }

    function _checkRewards(uint64 rewards, Head memory last) private view {
        require(rewards >= last.rewards, RewardsDecreased(rewards, last.rewards));
        require(rewards <= last.funded, RewardsOverFunding(rewards, last.funded));
        uint256 cap = uint256(maxRewardPerSecond) * (block.timestamp - GENESIS);
        require(rewards <= cap, RewardsOverCap(rewards, cap));
    }

    /// @dev A bitmap cannot name a member twice, so counting its bits is enough to have different signers.
    function _checkSignatures(bytes32 digest, bytes memory roster, uint256 bitmap, bytes calldata signatures) private pure {
        uint256 expected = roster.attestationsOf();
        uint256 count = signatures.length / SIGNATURE_BYTES;
        require(signatures.length == expected * SIGNATURE_BYTES, WrongSignatureCount(count, expected));
        require(bitmap >> roster.size() == 0, WrongSignatureCount(count + 1, expected));
        count = 0;
        // Neither the index, at most 31, nor the count, at most the signatures, can overflow.
        unchecked {
            for (uint256 index = 0; bitmap != 0; (++index, bitmap >>= 1)) {
                if (bitmap & 1 == 0) continue;
                require(count < expected, WrongSignatureCount(count + 1, expected));
                uint256 start = count * SIGNATURE_BYTES;
                address signer = _recover(digest, _word(signatures, start), _word(signatures, start + 32));
                require(signer == roster.operatorAt(index), BadSignature(index));
                ++count;
            }
        }
        require(count == expected, WrongSignatureCount(count, expected));
    }

    /// @dev The bytes of `data` from `start` on, without a check: the caller has checked the length.
    function _word(bytes calldata data, uint256 start) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := calldataload(add(data.offset, start))
        }
    }

    /// @dev Zero for anything that is no signature, which is never a member. A second form of a signature gains nobody anything: what
    /// counts is who signed.
    function _recover(bytes32 digest, bytes32 r, bytes32 vs) private pure returns (address) {
        return ecrecover(digest, uint8(uint256(vs) >> 255) + 27, r, vs & S_MASK);
    }
}
