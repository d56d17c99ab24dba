// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {INodeRegistry} from "./interfaces/INodeRegistry.sol";
import {IOracleCommittee} from "./interfaces/IOracleCommittee.sol";

/// @notice See {IOracleCommittee}.
contract OracleCommittee is IOracleCommittee, EIP712 {
    /// @dev One storage slot.
    struct Head {
        uint64 epoch;
        uint64 rewards;
        uint64 funded;
        uint8 faults;
        uint8 attestations;
        uint32 nonce;
        /// @dev Whether a configuration waits: without one a commit need not look further.
        bool scheduled;
    }

    /// @dev The configuration that waits for its epoch.
    struct Scheduled {
        bytes32 config;
        uint64 from;
        uint8 faults;
        uint8 attestations;
        uint32 nonce;
    }

    struct Entry {
        bytes32 digest;
        bytes32 rewardsRoot;
        /// @dev The epoch, which tells a live entry from an overwritten one, above 64 bits of time: packed fields would be written one
        /// by one.
        uint256 stamp;
    }

    bytes32 private constant ATTEST_TYPE =
        keccak256("Attest(bytes32 config,uint64 epoch,bytes32 prev,uint32 view,bytes32 digest)");
    uint256 private constant OPERATOR_BYTES = 20;
    uint256 private constant NODE_ID_BYTES = 32;
    uint256 private constant SIGNATURE_BYTES = 64;
    /// @dev EIP-2098: the top bit beside `s` is the parity.
    bytes32 private constant S_MASK = bytes32(type(uint256).max >> 1);
    uint256 private constant MIN_MEMBERS = 3;
    uint256 private constant MAX_MEMBERS = 31;
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
    INodeRegistry private immutable REGISTRY;

    /// @inheritdoc IOracleCommittee
    bytes32 public config;
    /// @inheritdoc IOracleCommittee
    Head public head;
    Entry[RING] private _ring;
    /// @inheritdoc IOracleCommittee
    Scheduled public next;
    uint32 private _lastNonce;
    /// @dev Of every configuration that was ever scheduled here.
    mapping(bytes32 config => bytes32) private _membersHashes;
    /// @dev By member and instance.
    mapping(bytes32 offence => bool) private _punished;

    /// @param governor_ Who changes the committee; it neither commits nor moves money.
    /// @param recoverySeconds_ Silence after which the governor may replace the committee at once.
    /// @param operators The members' accounts, 20 bytes each.
    /// @param nodeIds The members' Ed25519 public keys, 32 bytes each.
    constructor(
        INodeRegistry registry,
        uint64 maxRewardPerSecond_,
        address governor_,
        uint64 recoverySeconds_,
        bytes memory operators,
        bytes memory nodeIds,
        uint8 faults,
        uint8 attestations
    ) EIP712("Cortensor OracleCommittee", "1") {
        REGISTRY = registry;
        GENESIS = registry.genesis();
        maxRewardPerSecond = maxRewardPerSecond_;
        governor = governor_;
        recoverySeconds = recoverySeconds_;
        head = Head(0, 0, 0, faults, attestations, 0, false);
        config = _announce(1, operators, nodeIds, faults, attestations, 0);
    }

    /// @inheritdoc IOracleCommittee
    function commitEpoch(
        Commit calldata commit_,
        uint32 viewNumber,
        bytes calldata operators,
        bytes32 nodeIdsHash,
        uint256 bitmap,
        bytes calldata signatures
    ) external {
        Head memory last = head;
        require(commit_.epoch == last.epoch + 1, WrongEpoch(commit_.epoch, last.epoch + 1));
        bytes32 expectedPrev = last.epoch == 0 ? bytes32(0) : _ring[last.epoch % RING].digest;
        require(commit_.prev == expectedPrev, WrongPrev(commit_.prev, expectedPrev));
        _checkRewards(commit_.rewards, last);
        bytes32 active = config;
        bytes32 given = configHash(keccak256(operators), nodeIdsHash, last.faults, last.attestations, last.nonce);
        require(given == active, UnknownConfig(given));
        bytes32 digest = digestOf(commit_);
        _checkSignatures(
            attestationDigest(active, commit_.epoch, commit_.prev, viewNumber, digest),
            operators,
            bitmap,
            signatures,
            last.attestations
        );

        head.epoch = commit_.epoch;
        head.rewards = commit_.rewards;
        _ring[commit_.epoch % RING] = Entry(digest, commit_.rewardsRoot, _stampOf(commit_.epoch));
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
        uint32 nonce = ++_lastNonce;
        next = Scheduled(_announce(from, operators, nodeIds, faults, attestations, nonce), from, faults, attestations, nonce);
        head.scheduled = true;
    }

    /// @inheritdoc IOracleCommittee
    function recover(bytes calldata operators, bytes calldata nodeIds, uint8 faults, uint8 attestations) external {
        require(msg.sender == governor, NotGovernor(msg.sender));
        Head memory last = head;
        uint64 since = last.epoch == 0 ? GENESIS : _committedAt(last.epoch);
        require(block.timestamp >= since + recoverySeconds, NotSilent(since + recoverySeconds));
        uint32 nonce = ++_lastNonce;
        config = _announce(last.epoch + 1, operators, nodeIds, faults, attestations, nonce);
        // What was scheduled was meant to follow on the committee that fell silent.
        delete next;
        head = Head(last.epoch, last.rewards, last.funded, faults, attestations, nonce, false);
    }

    /// @inheritdoc IOracleCommittee
    function punishEquivocation(Evidence calldata evidence, bytes calldata operators, bytes calldata nodeIds) external {
        bytes32 config_ = evidence.config;
        require(_membersHashes[config_] == _membersHash(operators, nodeIds), UnknownConfig(config_));
        require(evidence.digests[0] != evidence.digests[1], NoEquivocation());
        uint256 index = evidence.index;
        require(index < operators.length / OPERATOR_BYTES, BadSignature(index));
        address operator = address(bytes20(operators[index * OPERATOR_BYTES:]));
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
        bytes32 nodeId = bytes32(nodeIds[index * NODE_ID_BYTES:]);
        REGISTRY.slash(operator, nodeId, REGISTRY.minimumStake(ORACLE));
    }

    /// @inheritdoc IOracleCommittee
    function increaseFunding(uint64 amount) external {
        require(msg.sender == REGISTRY.distributor(), NotDistributor(msg.sender));
        uint64 funded = head.funded + amount;
        head.funded = funded;
        emit FundingIncreased(funded);
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

    /// @inheritdoc IOracleCommittee
    function digestAt(uint64 epoch) external view returns (bytes32) {
        Entry storage entry = _ring[epoch % RING];
        require(epoch != 0 && entry.stamp >> 64 == epoch, NotInRing(epoch));
        return entry.digest;
    }

    /// @inheritdoc IOracleCommittee
    function claimable(uint64 age) external view returns (bytes32 rewardsRoot, uint64 rewards, uint64 funded) {
        return (_rewardsRootOfAge(age), head.rewards, head.funded);
    }

    /// @dev Checks a configuration, remembers it and tells everybody; its hash covers a nonce that no other one has.
    function _announce(
        uint64 from,
        bytes memory operators,
        bytes memory nodeIds,
        uint8 faults,
        uint8 attestations,
        uint32 nonce
    ) private returns (bytes32 hash) {
        uint256 members = operators.length / OPERATOR_BYTES;
        require(
            operators.length % OPERATOR_BYTES == 0 && nodeIds.length == members * NODE_ID_BYTES && members >= MIN_MEMBERS
                && members <= MAX_MEMBERS && faults > 0 && uint256(faults) * 2 < members && attestations > faults
                && attestations <= members - faults,
            InvalidConfig()
        );
        // One key must not count twice, and what is no signature recovers to the zero address.
        for (uint256 i = 0; i < members; ++i) {
            address operator = _operatorAt(operators, i);
            require(operator != address(0), InvalidConfig());
            for (uint256 j = 0; j < i; ++j) {
                require(_operatorAt(operators, j) != operator, InvalidConfig());
            }
        }
        hash = configHash(keccak256(operators), keccak256(nodeIds), faults, attestations, nonce);
        _membersHashes[hash] = _membersHash(operators, nodeIds);
        emit ConfigScheduled(hash, from, operators, nodeIds, faults, attestations, nonce);
    }

    function _operatorAt(bytes memory operators, uint256 index) private pure returns (address operator) {
        assembly ("memory-safe") {
            operator := shr(96, mload(add(add(operators, 32), mul(index, 20))))
        }
    }

    function _membersHash(bytes memory operators, bytes memory nodeIds) private pure returns (bytes32) {
        return keccak256(abi.encode(operators, nodeIds));
    }

    /// @dev Lets the waiting configuration take over if this epoch, the next one, is its own.
    function _activate(uint64 epoch) private {
        Scheduled memory waiting = next;
        if (waiting.from != epoch) return;
        delete next;
        config = waiting.config;
        head.faults = waiting.faults;
        head.attestations = waiting.attestations;
        head.nonce = waiting.nonce;
        head.scheduled = false;
    }

    function _stampOf(uint64 epoch) private view returns (uint256) {
        return uint256(epoch) << 64 | block.timestamp;
    }

    function _committedAt(uint64 epoch) private view returns (uint64) {
        return uint64(_ring[epoch % RING].stamp);
    }

    function _rewardsRootOfAge(uint64 age) private view returns (bytes32) {
        uint64 high = head.epoch;
        require(high != 0, NoRootYet());
        if (age == 0) return _ring[high % RING].rewardsRoot;
        // Times rise with epochs: halve the ring. `low` is one below the oldest commit that is still there.
        uint64 low = high > RING ? high - RING : 0;
        while (low < high) {
            uint64 middle = low + (high - low + 1) / 2;
            if (_committedAt(middle) + age <= block.timestamp) low = middle;
            else high = middle - 1;
        }
        Entry storage entry = _ring[low % RING];
        require(low != 0 && entry.stamp >> 64 == low, NoRootYet());
        return entry.rewardsRoot;
    }

    function _checkRewards(uint64 rewards, Head memory last) private view {
        require(rewards >= last.rewards, RewardsDecreased(rewards, last.rewards));
        require(rewards <= last.funded, RewardsOverFunding(rewards, last.funded));
        uint256 cap = uint256(maxRewardPerSecond) * (block.timestamp - GENESIS);
        require(rewards <= cap, RewardsOverCap(rewards, cap));
    }

    /// @dev A bitmap cannot name a member twice, so counting its bits is enough to have different signers.
    function _checkSignatures(
        bytes32 digest,
        bytes calldata operators,
        uint256 bitmap,
        bytes calldata signatures,
        uint256 expected
    ) private pure {
        uint256 members = operators.length / OPERATOR_BYTES;
        uint256 count = signatures.length / SIGNATURE_BYTES;
        require(signatures.length == expected * SIGNATURE_BYTES, WrongSignatureCount(count, expected));
        require(bitmap >> members == 0, WrongSignatureCount(count + 1, expected));
        count = 0;
        for (uint256 i = 0; bitmap >> i != 0; ++i) {
            if (bitmap >> i & 1 == 0) continue;
            require(count < expected, WrongSignatureCount(count + 1, expected));
            uint256 start = count * SIGNATURE_BYTES;
            address signer = _recover(digest, _word(signatures, start), _word(signatures, start + 32));
            require(signer == address(bytes20(_word(operators, i * OPERATOR_BYTES))), BadSignature(i));
            ++count;
        }
        require(count == expected, WrongSignatureCount(count, expected));
    }

    /// @dev The bytes of `data` from `start` on, without a check: the callers have checked the length.
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
