// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
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
    }

    struct Entry {
        bytes32 digest;
        bytes32 rewardsRoot;
        /// @dev Shares a slot with the epoch, which tells a live entry from an overwritten one.
        uint64 epoch;
        uint64 committedAt;
    }

    bytes32 private constant ATTEST_TYPE =
        keccak256("Attest(bytes32 config,uint64 epoch,bytes32 prev,uint32 view,bytes32 digest)");
    uint256 private constant OPERATOR_BYTES = 20;
    uint256 private constant NODE_ID_BYTES = 32;
    uint256 private constant SIGNATURE_BYTES = 64;
    uint256 private constant MIN_MEMBERS = 3;
    uint256 private constant MAX_MEMBERS = 31;

    /// @inheritdoc IOracleCommittee
    uint64 public constant RING = 64;

    /// @inheritdoc IOracleCommittee
    uint64 public immutable maxRewardPerSecond;
    uint64 private immutable GENESIS;
    INodeRegistry private immutable REGISTRY;

    /// @inheritdoc IOracleCommittee
    bytes32 public config;
    /// @inheritdoc IOracleCommittee
    Head public head;
    Entry[RING] private _ring;

    /// @param operators The members' accounts, 20 bytes each.
    /// @param nodeIds The members' Ed25519 public keys, 32 bytes each.
    constructor(
        INodeRegistry registry,
        uint64 maxRewardPerSecond_,
        bytes memory operators,
        bytes memory nodeIds,
        uint8 faults,
        uint8 attestations,
        uint32 nonce
    ) EIP712("Cortensor OracleCommittee", "1") {
        uint256 members = operators.length / OPERATOR_BYTES;
        require(
            operators.length % OPERATOR_BYTES == 0 && nodeIds.length == members * NODE_ID_BYTES && members >= MIN_MEMBERS
                && members <= MAX_MEMBERS && faults > 0 && uint256(faults) * 2 < members && attestations > faults
                && attestations <= members - faults,
            InvalidConfig()
        );
        REGISTRY = registry;
        GENESIS = registry.genesis();
        maxRewardPerSecond = maxRewardPerSecond_;
        head = Head(0, 0, 0, faults, attestations, nonce);
        config = configHash(keccak256(operators), keccak256(nodeIds), faults, attestations, nonce);
        emit ConfigScheduled(config, 1, operators, nodeIds, faults, attestations, nonce);
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
        _ring[commit_.epoch % RING] = Entry(digest, commit_.rewardsRoot, commit_.epoch, uint64(block.timestamp));
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
    function increaseFunding(uint64 amount) external {
        require(msg.sender == REGISTRY.distributor(), NotDistributor(msg.sender));
        uint64 funded = head.funded + amount;
        head.funded = funded;
        emit FundingIncreased(funded);
    }

    /// @inheritdoc IOracleCommittee
    function digestOf(Commit calldata commit_) public pure returns (bytes32) {
        return keccak256(
            abi.encode(
                commit_.epoch,
                commit_.prev,
                commit_.resultsRoot,
                commit_.rewardsRoot,
                commit_.results,
                commit_.rewards,
                commit_.reportCid
            )
        );
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
        require(epoch != 0 && entry.epoch == epoch, NotInRing(epoch));
        return entry.digest;
    }

    /// @inheritdoc IOracleCommittee
    function claimable(uint64 age) external view returns (bytes32 rewardsRoot, uint64 rewards, uint64 funded) {
        return (_rewardsRootOfAge(age), head.rewards, head.funded);
    }

    function _rewardsRootOfAge(uint64 age) private view returns (bytes32) {
        uint64 high = head.epoch;
        require(high != 0, NoRootYet());
        if (age == 0) return _ring[high % RING].rewardsRoot;
        // Times rise with epochs: halve the ring. `low` is one below the oldest commit that is still there.
        uint64 low = high > RING ? high - RING : 0;
        while (low < high) {
            uint64 middle = low + (high - low + 1) / 2;
            if (_ring[middle % RING].committedAt + age <= block.timestamp) low = middle;
            else high = middle - 1;
        }
        Entry storage entry = _ring[low % RING];
        require(low != 0 && entry.epoch == low, NoRootYet());
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
        uint256 count = 0;
        require(signatures.length == expected * SIGNATURE_BYTES, WrongSignatureCount(signatures.length / SIGNATURE_BYTES, expected));
        for (uint256 i = 0; i < members; ++i) {
            if (bitmap >> i & 1 == 0) continue;
            require(count < expected, WrongSignatureCount(count + 1, expected));
            uint256 start = count * SIGNATURE_BYTES;
            address signer =
                _recover(digest, bytes32(signatures[start:start + 32]), bytes32(signatures[start + 32:start + SIGNATURE_BYTES]));
            start = i * OPERATOR_BYTES;
            require(signer == address(bytes20(operators[start:start + OPERATOR_BYTES])), BadSignature(i));
            ++count;
        }
        require(count == expected && bitmap >> members == 0, WrongSignatureCount(count, expected));
    }

    /// @dev Zero for anything that is no signature, which is never a member: {tryRecover} rejects a high `s` too.
    function _recover(bytes32 digest, bytes32 r, bytes32 vs) private pure returns (address signer) {
        (signer,,) = ECDSA.tryRecover(digest, r, vs);
    }
}
