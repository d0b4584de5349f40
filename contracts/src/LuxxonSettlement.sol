// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ConsumerGuard} from "./ConsumerGuard.sol";
import {IReceiveWithAuthorization} from "./IReceiveWithAuthorization.sol";
import {SettlementRoles} from "./SettlementRoles.sol";

/// @title LuxxonSettlement
///
/// @notice A pool of prepaid USDC. A consumer deposits and may withdraw at any time; the relayer pays operators out of a
///         consumer's deposit for metered sessions, each session once.
///
/// @dev All amounts are in USDC's smallest unit (6 decimals, 1 USDC = 1_000_000). Rates are in that unit per second.
///      The trust model and its limits are in contracts/docs/Security.md.
contract LuxxonSettlement is SettlementRoles, ConsumerGuard, ReentrancyGuardTransient {
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

    error ZeroAmount();
    error NotSelf(address caller);
    error InsufficientDeposit(uint256 requested, uint256 available);
    error UnexpectedAmountReceived(uint256 expected, uint256 received);
    error AlreadySettled(bytes32 sessionId);
    error MeterExceeded(uint256 charged, uint256 metered);
    error FeeTooHigh(uint256 feeAmount, uint256 maxFeeAmount);
    error EmptyBatch();
    error BatchTooLarge(uint256 length, uint256 maxLength);
    error BatchOutOfGas(bytes32 sessionId, uint256 gasProvided);

    /// @param usdc_ The token held; must implement `receiveWithAuthorization` with a `bytes` signature (FiatToken v2.2).
    /// @param admin_ First admin.
    /// @param relayer_ First relayer.
    /// @param feeRecipient_ First fee recipient.
    constructor(IERC20 usdc_, address admin_, address relayer_, address feeRecipient_)
        SettlementRoles(admin_, relayer_, feeRecipient_)
    {
        if (address(usdc_) == address(0)) revert ZeroAddress();
        usdc = usdc_;
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

    /// @dev A token that takes a fee on transfer would leave the pool short of what it owes.
    function _requireReceived(uint256 balanceBefore, uint256 amount) internal view {
        uint256 balanceAfter = usdc.balanceOf(address(this));
        uint256 received = balanceAfter > balanceBefore ? balanceAfter - balanceBefore : 0;
        if (received != amount) revert UnexpectedAmountReceived(amount, received);
    }
}
