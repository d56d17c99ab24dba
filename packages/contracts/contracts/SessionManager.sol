// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {INodeRegistry} from "./interfaces/INodeRegistry.sol";
import {IOracleCommittee} from "./interfaces/IOracleCommittee.sol";
import {IRewardDistributor} from "./interfaces/IRewardDistributor.sol";
import {ISessionManager} from "./interfaces/ISessionManager.sol";

/// @notice See {ISessionManager}.
contract SessionManager is ISessionManager {
    using SafeERC20 for IERC20;

    /// @dev Two storage slots; a settlement changes one.
    struct Account {
        address owner;
        uint64 lastEpoch;
        uint8 routers;
        uint64 balance;
        uint64 settled;
        /// @dev Zero while the session is open.
        uint64 releaseAt;
    }

    /// @inheritdoc ISessionManager
    bytes32 public constant SETTLEMENT = keccak256("Cortensor settlement");
    /// @inheritdoc ISessionManager
    uint8 public constant MAX_ROUTERS = 16;
    /// @inheritdoc ISessionManager
    uint64 public constant ESCAPE_SECONDS = 30 days;
    uint8 private constant HIGHEST_LEVEL = 2;

    /// @inheritdoc ISessionManager
    uint64 public immutable settlementSeconds;
    IERC20 private immutable TOKEN;
    IOracleCommittee private immutable COMMITTEE;
    IRewardDistributor private immutable DISTRIBUTOR;

    /// @inheritdoc ISessionManager
    uint64 public sessions;
    /// @inheritdoc ISessionManager
    uint64 public escrow;
    /// @inheritdoc ISessionManager
    mapping(uint64 sessionId => mapping(bytes32 nodeId => bool)) public isRouter;

    mapping(uint64 sessionId => Account) private _accounts;
    mapping(uint64 sessionId => Terms) private _terms;
    mapping(uint64 sessionId => bytes32) private _models;

    /// @param settlementSeconds_ Time to settle a closed session, on top of the distributor's claim delay.
    constructor(
        INodeRegistry registry,
        IOracleCommittee committee,
        IRewardDistributor distributor,
        uint64 settlementSeconds_
    ) {
        TOKEN = registry.token();
        COMMITTEE = committee;
        DISTRIBUTOR = distributor;
        settlementSeconds = settlementSeconds_ + distributor.claimDelay();
        // The distributor is of this deployment, and pulls only what `settle` tells it to.
        TOKEN.forceApprove(address(distributor), type(uint256).max);
    }

    /// @inheritdoc ISessionManager
    function create(
        Terms calldata terms,
        bytes32 model,
        bytes32[] calldata routers,
        string calldata name,
        string calldata metadata
    ) external returns (uint64 sessionId) {
        sessionId = ++sessions;
        _accounts[sessionId].owner = msg.sender;
        _setTerms(sessionId, terms, model);
        emit SessionCreated(sessionId, msg.sender, terms, model, name, metadata);
        for (uint256 i = 0; i < routers.length; ++i) {
            _setRouter(sessionId, routers[i], true);
        }
    }

    /// @inheritdoc ISessionManager
    function update(
        uint64 sessionId,
        Terms calldata terms,
        bytes32 model,
        string calldata name,
        string calldata metadata
    ) external {
        _requireOpen(_ownAccount(sessionId), sessionId);
        _setTerms(sessionId, terms, model);
        emit SessionUpdated(sessionId, terms, model, name, metadata);
    }

    /// @inheritdoc ISessionManager
    function setRouter(uint64 sessionId, bytes32 nodeId, bool allowed) external {
        _requireOpen(_ownAccount(sessionId), sessionId);
        _setRouter(sessionId, nodeId, allowed);
    }

    /// @inheritdoc ISessionManager
    function deposit(uint64 sessionId, uint64 amount) external {
        Account storage account = _account(sessionId);
        _requireOpen(account, sessionId);
        require(amount != 0, NoAmount());
        uint64 balance = account.balance + amount;
        account.balance = balance;
        escrow += amount;
        emit Deposited(sessionId, msg.sender, amount, balance);
        TOKEN.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc ISessionManager
    function settle(uint64 sessionId, uint64 cumulative, bytes32[] calldata proof) external {
        Account storage account = _account(sessionId);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(SETTLEMENT, sessionId, cumulative))));
        require(MerkleProof.verifyCalldata(proof, DISTRIBUTOR.claimableRoot(), leaf), InvalidSettlement());
        (uint64 balance, uint64 settled) = (account.balance, account.settled);
        require(cumulative > settled, NothingToSettle(sessionId, settled));
        uint64 due = cumulative - settled;
        // What the escrow cannot pay is nobody's debt: the session's routers let it run too far.
        uint64 amount = due < balance ? due : balance;
        account.settled = cumulative;
        account.balance = balance - amount;
        escrow -= amount;
        emit Settled(sessionId, amount, cumulative);
        if (amount != 0) DISTRIBUTOR.fund(amount);
    }

    /// @inheritdoc ISessionManager
    function close(uint64 sessionId) external {
        Account storage account = _ownAccount(sessionId);
        _requireOpen(account, sessionId);
        (uint64 epoch,,,,) = COMMITTEE.head();
        account.lastEpoch = epoch + 1;
        uint64 releaseAt = uint64(block.timestamp) + settlementSeconds;
        account.releaseAt = releaseAt;
        emit SessionClosed(sessionId, epoch + 1, releaseAt);
    }

    /// @inheritdoc ISessionManager
    function withdraw(uint64 sessionId) external {
        Account storage account = _ownAccount(sessionId);
        (uint64 releaseAt, uint64 lastEpoch, uint64 amount) = (account.releaseAt, account.lastEpoch, account.balance);
        require(releaseAt != 0, SessionIsOpen(sessionId));
        require(_isReleased(releaseAt, lastEpoch), StillSettling(lastEpoch, releaseAt));
        require(amount != 0, NoAmount());
        account.balance = 0;
        escrow -= amount;
        emit SessionWithdrawn(sessionId, msg.sender, amount);
        TOKEN.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc ISessionManager
    function termsOf(uint64 sessionId) external view returns (Terms memory terms, bytes32 model) {
        return (_terms[sessionId], _models[sessionId]);
    }

    /// @inheritdoc ISessionManager
    function accountOf(uint64 sessionId)
        external
        view
        returns (address owner, uint64 balance, uint64 settled, uint64 lastEpoch, uint64 releaseAt)
    {
        Account storage account = _accounts[sessionId];
        return (account.owner, account.balance, account.settled, account.lastEpoch, account.releaseAt);
    }

    function _isReleased(uint64 releaseAt, uint64 lastEpoch) private view returns (bool) {
        if (block.timestamp < releaseAt) return false;
        (uint64 epoch,,,,) = COMMITTEE.head();
        return epoch > lastEpoch || block.timestamp >= releaseAt - settlementSeconds + ESCAPE_SECONDS;
    }

    function _setTerms(uint64 sessionId, Terms calldata terms, bytes32 model) private {
        require(
            terms.mode <= HIGHEST_LEVEL && terms.sla <= HIGHEST_LEVEL && terms.minNodes != 0
                && terms.minNodes <= terms.maxNodes,
            InvalidTerms()
        );
        _terms[sessionId] = terms;
        _models[sessionId] = model;
    }

    function _setRouter(uint64 sessionId, bytes32 nodeId, bool allowed) private {
        require(isRouter[sessionId][nodeId] != allowed, RouterUnchanged(nodeId));
        Account storage account = _accounts[sessionId];
        require(!allowed || account.routers < MAX_ROUTERS, TooManyRouters());
        if (allowed) ++account.routers;
        else --account.routers;
        isRouter[sessionId][nodeId] = allowed;
        emit RouterChanged(sessionId, nodeId, allowed);
    }

    function _account(uint64 sessionId) private view returns (Account storage account) {
        // Ids count from 1 without a gap; the counter lies beside the escrow, which most calls change.
        require(sessionId != 0 && sessionId <= sessions, UnknownSession(sessionId));
        account = _accounts[sessionId];
    }

    function _ownAccount(uint64 sessionId) private view returns (Account storage account) {
        account = _account(sessionId);
        require(account.owner == msg.sender, NotOwner(msg.sender));
    }

    function _requireOpen(Account storage account, uint64 sessionId) private view {
        require(account.releaseAt == 0, SessionIsClosed(sessionId));
    }
}
