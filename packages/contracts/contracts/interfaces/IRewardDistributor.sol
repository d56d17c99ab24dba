// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Pays rewards by cumulative Merkle proof
/// @notice A leaf is `keccak256(bytes.concat(keccak256(abi.encode(operator, cumulative))))`; pairs are sorted before hashing.
interface IRewardDistributor {
    /// @notice An operator has had `cumulative` in all; how much of it just now, and where it went, tells the token's own event.
    event Claimed(address indexed operator, uint64 cumulative);
    /// @notice `amount` came in; commits may promise `funded` in all from now on.
    event Funded(address indexed from, uint64 amount, uint64 funded);

    /// @notice The proof does not lead to the root that is claimable now.
    error InvalidProof();
    /// @notice This operator has had `claimed` already.
    error NothingToClaim(address operator, uint64 claimed);
    /// @notice More than the committee ever committed; the root is not honest.
    error ClaimsExceedRewards();
    /// @notice Payout addresses are set through the registry.
    error NotRegistry(address caller);

    /// @notice Pays what an operator has earned and not yet had, to its payout address; anybody may call it.
    /// @param operator Whose rewards.
    /// @param cumulative Rewards of all epochs, as in the leaf.
    /// @param proof Siblings from the leaf up.
    function claim(address operator, uint64 cumulative, bytes32[] calldata proof) external;

    /// @notice Pulls `amount` with `transferFrom` and lets commits promise that much more.
    function fund(uint64 amount) external;

    /// @notice Told by the registry where an operator's rewards go; zero means the operator itself.
    /// @dev They are kept here so that a claim finds them without another contract.
    function setPayout(address operator, address payout) external;

    /// @notice Where an operator's rewards go.
    function payoutOf(address operator) external view returns (address);
    /// @notice What an operator has had so far.
    function claimed(address operator) external view returns (uint64);
    /// @notice Age in seconds at which a committed root becomes claimable.
    function claimDelay() external view returns (uint64);
    /// @notice Rewards root of the newest commit that is at least {claimDelay} old; proofs of claims and settlements lead to it.
    function claimableRoot() external view returns (bytes32);
}
