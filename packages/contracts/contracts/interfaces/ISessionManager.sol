// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Sessions: what their owners want, who may spend for them, and the escrow that pays
/// @notice Spending is settled by cumulative proof against the committee's rewards root, which holds settlement leaves next to reward
/// leaves: `keccak256(bytes.concat(keccak256(abi.encode(SETTLEMENT, sessionId, cumulative))))`. Its three words cannot be mistaken for the
/// two of a reward leaf. What is settled goes to the distributor, where rewards are paid from.
interface ISessionManager {
    /// @notice What the owner asks of the network. Routers and matching go by it; only the price bounds money, through the settlement.
    struct Terms {
        /// @dev 0 ephemeral, 1 hybrid, 2 dedicated.
        uint8 mode;
        /// @dev 0 low, 1 medium, 2 high.
        uint8 sla;
        /// @dev Whether several miners answer each task.
        bool redundant;
        uint16 minNodes;
        uint16 maxNodes;
        uint8 validators;
        /// @dev Ephemeral nodes to keep in reserve.
        uint16 reservedNodes;
        /// @dev How long they are kept, in seconds.
        uint32 reserveSeconds;
        /// @dev Tasks that may ever be executed; zero for any number.
        uint32 maxExecutions;
        /// @dev Highest price, in micro-COR for a million tokens.
        uint64 maxPrice;
    }

    /// @notice A session was created.
    event SessionCreated(
        uint64 indexed sessionId, address indexed owner, Terms terms, bytes32 model, string name, string metadata
    );
    /// @notice The owner wants something else from now on.
    event SessionUpdated(uint64 indexed sessionId, Terms terms, bytes32 model, string name, string metadata);
    /// @notice Whether headers signed by this router count for the session.
    event RouterChanged(uint64 indexed sessionId, bytes32 indexed nodeId, bool allowed);
    /// @notice `balance` micro-COR can be spent.
    event Deposited(uint64 indexed sessionId, address indexed from, uint64 amount, uint64 balance);
    /// @notice `amount` was spent and went to the distributor; `cumulative` in all, were the escrow large enough.
    event Settled(uint64 indexed sessionId, uint64 amount, uint64 cumulative);
    /// @notice No epoch after `lastEpoch` may spend.
    event SessionClosed(uint64 indexed sessionId, uint64 lastEpoch, uint64 releaseAt);
    /// @notice The rest went back to the owner.
    event SessionWithdrawn(uint64 indexed sessionId, address indexed owner, uint64 amount);

    /// @notice Mode and level are 0 to 2; at least one node, and no fewer at most than at least.
    error InvalidTerms();
    /// @notice Only the owner.
    error NotOwner(address caller);
    /// @notice No longer, after {close}.
    error SessionIsClosed(uint64 sessionId);
    /// @notice {close} first.
    error SessionIsOpen(uint64 sessionId);
    /// @notice Settlements may still come until `releaseAt` (Unix seconds) has passed and the epoch after `lastEpoch` is committed.
    error StillSettling(uint64 lastEpoch, uint64 releaseAt);
    /// @notice A session has at most {MAX_ROUTERS}.
    error TooManyRouters();
    /// @notice This router is listed already, or not at all.
    error RouterUnchanged(bytes32 nodeId);
    /// @notice There is no such session.
    error UnknownSession(uint64 sessionId);
    /// @notice The proof does not lead to the root that counts now.
    error InvalidSettlement();
    /// @notice `cumulative` is settled already.
    error NothingToSettle(uint64 sessionId, uint64 cumulative);
    /// @notice A deposit or a withdrawal moves something.
    error NoAmount();

    /// @notice Opens a session of the caller.
    /// @param model Hash of the model's id.
    /// @param routers Node ids of the routers whose headers count.
    /// @param name For people; only in the event, as `metadata`.
    function create(
        Terms calldata terms,
        bytes32 model,
        bytes32[] calldata routers,
        string calldata name,
        string calldata metadata
    ) external returns (uint64 sessionId);

    /// @notice Replaces what an open session asks for.
    function update(
        uint64 sessionId,
        Terms calldata terms,
        bytes32 model,
        string calldata name,
        string calldata metadata
    ) external;

    /// @notice Lists a router, or takes it from the list.
    function setRouter(uint64 sessionId, bytes32 nodeId, bool allowed) external;

    /// @notice Adds to an open session's escrow; anybody may.
    /// @dev Pulls with `transferFrom`: approve first.
    function deposit(uint64 sessionId, uint64 amount) external;

    /// @notice Moves what was spent and not yet settled to the distributor; anybody may call it. A debit clamps to the balance.
    /// @param cumulative Spent by all epochs, as in the leaf.
    /// @param proof Siblings from the leaf up.
    function settle(uint64 sessionId, uint64 cumulative, bytes32[] calldata proof) external;

    /// @notice Ends a session: the epoch that is open now is its last.
    function close(uint64 sessionId) external;

    /// @notice Gives the rest of a closed session back, once the epoch after its last is committed and there was time to settle. If the
    /// committee falls silent, {ESCAPE_SECONDS} after closing at the latest.
    function withdraw(uint64 sessionId) external;

    /// @notice What a session wants.
    function termsOf(uint64 sessionId) external view returns (Terms memory terms, bytes32 model);
    /// @notice Whose it is, what can be spent and what was; `releaseAt` is zero while it is open.
    function accountOf(uint64 sessionId)
        external
        view
        returns (address owner, uint64 balance, uint64 settled, uint64 lastEpoch, uint64 releaseAt);
    /// @notice Whether a router's headers count for a session.
    function isRouter(uint64 sessionId, bytes32 nodeId) external view returns (bool);
    /// @notice How many sessions there are; ids count from 1.
    function sessions() external view returns (uint64);
    /// @notice Sum of all balances; this contract holds at least that.
    function escrow() external view returns (uint64);
    /// @notice Time to settle after closing, in seconds.
    function settlementSeconds() external view returns (uint64);
    /// @notice First word of a settlement leaf.
    function SETTLEMENT() external view returns (bytes32);
    /// @notice Most routers of a session.
    function MAX_ROUTERS() external view returns (uint8);
    /// @notice Longest wait for the rest, in seconds.
    function ESCAPE_SECONDS() external view returns (uint64);
}
