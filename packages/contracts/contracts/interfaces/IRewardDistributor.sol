// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Pays rewards by cumulative Merkle proof
/// @notice A leaf is `keccak256(bytes.concat(keccak256(abi.encode(operator, cumulative))))`; pairs are sorted before hashing.
interface IRewardDistributor {
    /// @notice `amount` went to `payout`; the operator has had `cumulative` in all.
    event Claimed(address indexed operator, address payout, uint64 amount, uint64 cumulative);
    /// @notice `amount` more can be paid out.
    event Funded(address indexed from, uint64 amount);

    /// @notice The proof does not lead to the root that is claimable now.
    error InvalidProof();
    /// @notice This operator has had `claimed` already.
    error NothingToClaim(address operator, uint64 claimed);
    /// @notice More than the committee ever committed; the root is not honest.
    error ClaimsExceedRewards();

    /// @notice Pays what an operator has earned and not yet had, to its payout address; anybody may call it.
    /// @param operator Whose rewards.
    /// @param cumulative Rewards of all epochs, as in the leaf.
    /// @param proof Siblings from the leaf up.
    function claim(address operator, uint64 cumulative, bytes32[] calldata proof) external;

    /// @notice Pulls `amount` with `transferFrom` and lets commits promise that much more.
    function fund(uint64 amount) external;

    /// @notice What an operator has had so far.
    function claimed(address operator) external view returns (uint64);
    /// @notice Age in seconds at which a committed root becomes claimable.
    function claimDelay() external view returns (uint64);
}
