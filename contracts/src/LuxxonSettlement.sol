// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IReceiveWithAuthorization} from "./IReceiveWithAuthorization.sol";

/// @title LuxxonSettlement
///
/// @notice A pool of prepaid USDC. A consumer deposits and may withdraw at any time; the relayer pays operators out of a
///         consumer's deposit for metered sessions, each session once.
///
/// @dev All amounts are in USDC's smallest unit (6 decimals, 1 USDC = 1_000_000). Rates are in that unit per second.
///      The trust model and its limits are in contracts/docs/Security.md.
contract LuxxonSettlement is Pausable, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice One session to settle, field for field the arguments of `settleFromPool`.
    struct Entry {
        /// @dev keccak256 of the session's lower-case UUID.
        bytes32 sessionId;
        /// @dev The consumer whose deposit pays.
        address from;
        /// @dev The operator who is paid.
        address to;
        /// @dev Agreed price, smallest units per second.
        uint256 ratePerSecond;
        /// @dev Metered time, whole seconds.
        uint256 chargeableSeconds;
        /// @dev Smallest units sent to `to`.
        uint256 toAmount;
        /// @dev Smallest units sent to the fee recipient.
        uint256 feeAmount;
    }

    /// @notice Limits a consumer sets on what may be settled from its own deposit.
    struct Guard {
        /// @dev While false nothing of the guard applies, the operator list included.
        bool enabled;
        /// @dev Inclusive, smallest units per second.
        uint256 maxRatePerSecond;
        /// @dev Inclusive, smallest units per session, fee included.
        uint256 maxPerSession;
        /// @dev Inclusive, smallest units per UTC day, fee included.
        uint256 maxPerDay;
    }

    /// @notice What was settled under a consumer's guard on one UTC day.
    struct DayUse {
        /// @dev Days since the Unix epoch.
        uint64 day;
        /// @dev Smallest units settled on that day while the guard was enabled, fee included.
        uint192 spent;
    }

    /// @notice The limit that a `GuardViolated` error names.
    enum GuardField {
        Operator,
        RatePerSecond,
        PerSession,
        PerDay
    }

    /// @notice Largest share of a charge that the fee may be, in basis points (inclusive).
    uint256 public constant MAX_FEE_BPS = 3000;

    /// @notice Most entries one `settleBatch` takes (inclusive).
    uint256 public constant MAX_BATCH_ENTRIES = 100;

    uint256 private constant _BPS = 10_000;

    /// @dev A call that runs out of gas three frames deep (entry, token proxy, token) leaves at most 3/64 of the gas
    ///      (EIP-150); below 4/64 a failure may be the gas limit's fault and not the entry's.
    uint256 private constant _OUT_OF_GAS_DIVISOR = 16;

    /// @notice The token held: Circle's USDC.
    IERC20 public immutable usdc;

    /// @notice What each consumer has deposited and not yet spent or withdrawn.
    mapping(address consumer => uint256 amount) public deposits;

    /// @notice Whether a session was settled; never becomes false again.
    mapping(bytes32 sessionId => bool isSettled) public settled;

    /// @notice The limits a consumer has set.
    mapping(address consumer => Guard guard) public guards;

    /// @notice Whether a consumer's enabled guard lets an operator be paid.
    mapping(address consumer => mapping(address operator => bool allowed)) public operators;

    /// @notice What a consumer's guard has counted on the last day it counted anything.
    mapping(address consumer => DayUse use) public dayUse;

    /// @notice May set roles, pause and unpause. Holds no power over deposits.
    address public admin;

    /// @notice Named by the admin to follow it; zero when no transfer is under way.
    address public pendingAdmin;

    /// @notice The only account that settles and refunds.
    address public relayer;

    /// @notice Receives every fee; never an argument of a settlement.
    address public feeRecipient;

    event Deposited(address indexed account, uint256 amount, uint256 balance);
    event Withdrawn(address indexed account, uint256 amount, uint256 balance);
    event Refunded(address indexed account, uint256 amount);
    event Settled(
        bytes32 indexed sessionId,
        address indexed from,
        address indexed to,
        uint256 toAmount,
        uint256 feeAmount,
        uint256 ratePerSecond,
        uint256 chargeableSeconds
    );
    event SettleSkipped(bytes32 indexed sessionId, bytes reason);
    event GuardSet(
        address indexed account, bool enabled, uint256 maxRatePerSecond, uint256 maxPerSession, uint256 maxPerDay
    );
    event OperatorSet(address indexed account, address indexed operator, bool allowed);
    event RelayerSet(address indexed previousRelayer, address indexed newRelayer);
    event FeeRecipientSet(address indexed previousFeeRecipient, address indexed newFeeRecipient);
    event AdminTransferStarted(address indexed currentAdmin, address indexed pendingAdmin);
    event AdminTransferred(address indexed previousAdmin, address indexed newAdmin);

    error ZeroAmount();
    error ZeroAddress();
    error InvalidRecipient(address recipient);
    error NotAdmin(address caller, address admin);
    error NotPendingAdmin(address caller, address pendingAdmin);
    error NotRelayer(address caller, address relayer);
    error NotSelf(address caller);
    error InsufficientDeposit(uint256 requested, uint256 available);
    error UnexpectedAmountReceived(uint256 expected, uint256 received);
    error AlreadySettled(bytes32 sessionId);
    error MeterExceeded(uint256 charged, uint256 metered);
    error FeeTooHigh(uint256 feeAmount, uint256 maxFeeAmount);
    error GuardViolated(GuardField field, uint256 value, uint256 limit);
    error EmptyBatch();
    error BatchTooLarge(uint256 length, uint256 maxLength);
    error BatchOutOfGas(bytes32 sessionId, uint256 gasProvided);

    modifier onlyAdmin() {
        if (msg.sender != admin) revert NotAdmin(msg.sender, admin);
        _;
    }

    modifier onlyRelayer() {
        if (msg.sender != relayer) revert NotRelayer(msg.sender, relayer);
        _;
    }

    /// @param usdc_ The token held; must implement `receiveWithAuthorization` with a `bytes` signature (FiatToken v2.2).
    /// @param admin_ First admin.
    /// @param relayer_ First relayer.
    /// @param feeRecipient_ First fee recipient.
    constructor(IERC20 usdc_, address admin_, address relayer_, address feeRecipient_) {
        if (address(usdc_) == address(0) || admin_ == address(0)) revert ZeroAddress();
        usdc = usdc_;
        admin = admin_;
        emit AdminTransferred(address(0), admin_);
        _setRelayer(relayer_);
        _setFeeRecipient(feeRecipient_);
    }

    /// @notice Adds USDC to the caller's deposit. Needs an allowance of at least `amount`. Not while paused.
    ///
    /// @param amount Smallest units of USDC, not zero.
    function deposit(uint256 amount) external whenNotPaused nonReentrant {
        uint256 balanceBefore = _credit(msg.sender, amount);
        usdc.safeTransferFrom(msg.sender, address(this), amount);
        _requireReceived(balanceBefore, amount);
    }

    /// @notice Adds USDC to `from`'s deposit with `from`'s signed EIP-3009 `ReceiveWithAuthorization` to this contract, in
    ///         one transaction that anybody may send. Not while paused.
    ///
    /// @dev USDC accepts such an authorization only from its payee, so it cannot be used outside this function.
    ///
    /// @param from Who signed, pays and is credited.
    /// @param value Smallest units of USDC, not zero.
    /// @param validAfter Unix seconds, exclusive.
    /// @param validBefore Unix seconds, exclusive.
    /// @param nonce Any 32 bytes that `from` never used before with this token.
    /// @param signature 65 bytes of an EOA (r, s, v) or what `from`'s ERC-1271 contract accepts.
    function depositWithAuthorization(
        address from,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external whenNotPaused nonReentrant {
        uint256 balanceBefore = _credit(from, value);
        IReceiveWithAuthorization(address(usdc))
            .receiveWithAuthorization(from, address(this), value, validAfter, validBefore, nonce, signature);
        _requireReceived(balanceBefore, value);
    }

    /// @notice Sends USDC from the caller's deposit back to the caller. No role, pause or guard stands in its way.
    ///
    /// @param amount Smallest units of USDC, not zero, at most `deposits(caller)`.
    function withdraw(uint256 amount) external nonReentrant {
        if (amount == 0) revert ZeroAmount();
        uint256 balance = _debit(msg.sender, amount);
        emit Withdrawn(msg.sender, amount, balance);
        usdc.safeTransfer(msg.sender, amount);
    }

    /// @notice Sends all of a consumer's deposit to that consumer, for a workspace that is being deleted. Never paused.
    ///
    /// @param consumer Whose deposit is returned, and who receives it.
    function refund(address consumer) external onlyRelayer nonReentrant {
        uint256 amount = deposits[consumer];
        if (amount == 0) revert ZeroAmount();
        _debit(consumer, amount);
        emit Refunded(consumer, amount);
        usdc.safeTransfer(consumer, amount);
    }

    /// @notice Pays an operator and the fee recipient for one session out of the consumer's deposit. Not while paused.
    ///
    /// @dev Reverts unless: the session was never settled, `toAmount + feeAmount <= ratePerSecond * chargeableSeconds`,
    ///      `feeAmount * 10_000 <= MAX_FEE_BPS * (toAmount + feeAmount)`, the consumer's guard agrees, and the deposit
    ///      covers the sum. Sums and products beyond 256 bits revert with `Panic(0x11)`.
    ///
    /// @param sessionId keccak256 of the session's lower-case UUID.
    /// @param from The consumer whose deposit pays.
    /// @param to The operator who is paid.
    /// @param ratePerSecond Agreed price, smallest units per second.
    /// @param chargeableSeconds Metered time, whole seconds.
    /// @param toAmount Smallest units sent to `to`.
    /// @param feeAmount Smallest units sent to the fee recipient.
    function settleFromPool(
        bytes32 sessionId,
        address from,
        address to,
        uint256 ratePerSecond,
        uint256 chargeableSeconds,
        uint256 toAmount,
        uint256 feeAmount
    ) external onlyRelayer whenNotPaused nonReentrant {
        _settle(Entry(sessionId, from, to, ratePerSecond, chargeableSeconds, toAmount, feeAmount));
    }

    /// @notice Settles up to 100 sessions. An entry that cannot be settled changes nothing and is reported by
    ///         `SettleSkipped` with its revert data; the others go through. Not while paused.
    ///
    /// @dev A gas limit too small for an entry reverts the whole batch instead of skipping that entry, so that an
    ///      estimate of this call is an honest one.
    ///
    /// @param entries The sessions, 1 to 100.
    function settleBatch(Entry[] calldata entries) external onlyRelayer whenNotPaused nonReentrant {
        uint256 length = entries.length;
        if (length == 0) revert EmptyBatch();
        if (length > MAX_BATCH_ENTRIES) revert BatchTooLarge(length, MAX_BATCH_ENTRIES);

        for (uint256 i = 0; i < length; ++i) {
            uint256 gasBefore = gasleft();
            try this.settleEntry(entries[i]) {}
            catch (bytes memory reason) {
                bytes32 sessionId = entries[i].sessionId;
                if (gasleft() < gasBefore / _OUT_OF_GAS_DIVISOR) revert BatchOutOfGas(sessionId, gasBefore);
                emit SettleSkipped(sessionId, reason);
            }
        }
    }

    /// @notice One entry of a batch, in its own call frame so that a failure undoes its transfers. Callable by this
    ///         contract only.
    ///
    /// @param entry The session.
    function settleEntry(Entry calldata entry) external {
        if (msg.sender != address(this)) revert NotSelf(msg.sender);
        _settle(entry);
    }

    /// @notice Sets the caller's own limits, effective at once. A limit is inclusive and literal: 0 lets nothing through,
    ///         `type(uint256).max` is no limit. While enabled, only operators listed with `setOperator` can be paid.
    ///
    /// @dev What was settled earlier on the same UTC day under the guard stays counted.
    ///
    /// @param enabled Whether the guard applies at all.
    /// @param maxRatePerSecond Smallest units per second.
    /// @param maxPerSession Smallest units per session, fee included.
    /// @param maxPerDay Smallest units per UTC day, fee included.
    function setGuard(bool enabled, uint256 maxRatePerSecond, uint256 maxPerSession, uint256 maxPerDay) external {
        guards[msg.sender] = Guard(enabled, maxRatePerSecond, maxPerSession, maxPerDay);
        emit GuardSet(msg.sender, enabled, maxRatePerSecond, maxPerSession, maxPerDay);
    }

    /// @notice Lists or unlists an operator that the caller's guard lets be paid, effective at once.
    ///
    /// @param operator The address sessions pay to.
    /// @param allowed Whether it may be paid while the caller's guard is enabled.
    function setOperator(address operator, bool allowed) external {
        operators[msg.sender][operator] = allowed;
        emit OperatorSet(msg.sender, operator, allowed);
    }

    /// @notice Stops deposits and settlements. Withdrawals and refunds go on.
    function pause() external onlyAdmin {
        _pause();
    }

    /// @notice Lets deposits and settlements go on.
    function unpause() external onlyAdmin {
        _unpause();
    }

    /// @notice Replaces the relayer, effective at once: what the old one has in flight reverts.
    ///
    /// @param newRelayer Not zero.
    function setRelayer(address newRelayer) external onlyAdmin {
        _setRelayer(newRelayer);
    }

    /// @notice Replaces the fee recipient for all later settlements.
    ///
    /// @param newFeeRecipient Not zero and not this contract.
    function setFeeRecipient(address newFeeRecipient) external onlyAdmin {
        _setFeeRecipient(newFeeRecipient);
    }

    /// @notice Names the next admin, who has to accept. A later call replaces the name; zero withdraws it.
    ///
    /// @param newAdmin The account that may call `acceptAdmin`.
    function transferAdmin(address newAdmin) external onlyAdmin {
        pendingAdmin = newAdmin;
        emit AdminTransferStarted(admin, newAdmin);
    }

    /// @notice Makes the caller admin if the admin has named it.
    function acceptAdmin() external {
        if (msg.sender != pendingAdmin) revert NotPendingAdmin(msg.sender, pendingAdmin);
        address previousAdmin = admin;
        admin = msg.sender;
        delete pendingAdmin;
        emit AdminTransferred(previousAdmin, msg.sender);
    }

    /// @notice What a consumer's guard has counted on the current UTC day.
    ///
    /// @param consumer Whose guard.
    ///
    /// @return spent Smallest units, fee included.
    function spentToday(address consumer) public view returns (uint256 spent) {
        DayUse storage use = dayUse[consumer];
        return use.day == _today() ? use.spent : 0;
    }

    function _settle(Entry memory entry) internal {
        if (settled[entry.sessionId]) revert AlreadySettled(entry.sessionId);
        _requireRecipient(entry.to);

        uint256 charged = entry.toAmount + entry.feeAmount;
        uint256 metered = entry.ratePerSecond * entry.chargeableSeconds;
        if (charged > metered) revert MeterExceeded(charged, metered);
        if (entry.feeAmount * _BPS > charged * MAX_FEE_BPS) {
            revert FeeTooHigh(entry.feeAmount, charged * MAX_FEE_BPS / _BPS);
        }

        settled[entry.sessionId] = true;
        _spendGuard(entry.from, entry.to, entry.ratePerSecond, charged);
        _debit(entry.from, charged);

        emit Settled(
            entry.sessionId,
            entry.from,
            entry.to,
            entry.toAmount,
            entry.feeAmount,
            entry.ratePerSecond,
            entry.chargeableSeconds
        );

        if (entry.toAmount != 0) usdc.safeTransfer(entry.to, entry.toAmount);
        if (entry.feeAmount != 0) usdc.safeTransfer(feeRecipient, entry.feeAmount);
    }

    /// @dev Refuses what the consumer's guard forbids and counts the rest against its day.
    function _spendGuard(address consumer, address operator, uint256 ratePerSecond, uint256 charged) internal {
        Guard storage guard = guards[consumer];
        if (!guard.enabled) return;

        if (!operators[consumer][operator]) revert GuardViolated(GuardField.Operator, uint160(operator), 0);
        _requireWithin(GuardField.RatePerSecond, ratePerSecond, guard.maxRatePerSecond);
        _requireWithin(GuardField.PerSession, charged, guard.maxPerSession);

        uint256 spent = spentToday(consumer) + charged;
        _requireWithin(GuardField.PerDay, spent, guard.maxPerDay);
        dayUse[consumer] = DayUse(_today(), SafeCast.toUint192(spent));
    }

    /// @dev Returns the balance of this contract before the transfer, for `_requireReceived`.
    function _credit(address account, uint256 amount) internal returns (uint256 balanceBefore) {
        if (amount == 0) revert ZeroAmount();
        uint256 balance = deposits[account] + amount;
        deposits[account] = balance;
        emit Deposited(account, amount, balance);
        return usdc.balanceOf(address(this));
    }

    function _debit(address account, uint256 amount) internal returns (uint256 balance) {
        uint256 available = deposits[account];
        if (amount > available) revert InsufficientDeposit(amount, available);
        balance = available - amount;
        deposits[account] = balance;
    }

    function _setRelayer(address newRelayer) internal {
        if (newRelayer == address(0)) revert ZeroAddress();
        emit RelayerSet(relayer, newRelayer);
        relayer = newRelayer;
    }

    function _setFeeRecipient(address newFeeRecipient) internal {
        _requireRecipient(newFeeRecipient);
        emit FeeRecipientSet(feeRecipient, newFeeRecipient);
        feeRecipient = newFeeRecipient;
    }

    /// @dev A token that takes a fee on transfer would leave the pool short of what it owes.
    function _requireReceived(uint256 balanceBefore, uint256 amount) internal view {
        uint256 balanceAfter = usdc.balanceOf(address(this));
        uint256 received = balanceAfter > balanceBefore ? balanceAfter - balanceBefore : 0;
        if (received != amount) revert UnexpectedAmountReceived(amount, received);
    }

    /// @dev USDC paid to this contract itself would belong to nobody.
    function _requireRecipient(address recipient) internal view {
        if (recipient == address(0)) revert ZeroAddress();
        if (recipient == address(this)) revert InvalidRecipient(recipient);
    }

    function _today() internal view returns (uint64) {
        return uint64(block.timestamp / 1 days);
    }

    function _requireWithin(GuardField field, uint256 value, uint256 limit) internal pure {
        if (value > limit) revert GuardViolated(field, value, limit);
    }
}
