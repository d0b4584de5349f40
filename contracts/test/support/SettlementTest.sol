// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Test} from "forge-std/Test.sol";

import {LuxxonSettlement} from "../../src/LuxxonSettlement.sol";
import {FiatTokenLocal} from "../../src/local/FiatTokenLocal.sol";
import {Authorization, signAuthorization} from "./Authorizations.sol";

/// @notice A settlement over the USDC stand-in, its roles, a funded consumer and an operator.
abstract contract SettlementTest is Test {
    uint256 internal constant USDC = 1e6;

    address internal immutable admin = makeAddr("admin");
    address internal immutable relayer = makeAddr("relayer");
    address internal immutable feeRecipient = makeAddr("fee recipient");
    address internal immutable operator = makeAddr("operator");
    address internal immutable stranger = makeAddr("stranger");

    FiatTokenLocal internal usdc;
    LuxxonSettlement internal settlement;
    address internal consumer;
    uint256 internal consumerKey;

    function setUp() public virtual {
        // Noon, so that a test can move within the day and over its end.
        vm.warp(20_000 days + 12 hours);
        (consumer, consumerKey) = makeAddrAndKey("consumer");
        usdc = new FiatTokenLocal("USD Coin", address(this));
        settlement = new LuxxonSettlement(IERC20(address(usdc)), admin, relayer, feeRecipient);
        usdc.mint(consumer, 1000 * USDC);
        vm.prank(consumer);
        usdc.approve(address(settlement), type(uint256).max);
    }

    function _deposit(uint256 amount) internal {
        vm.prank(consumer);
        settlement.deposit(amount);
    }

    function _pause() internal {
        vm.prank(admin);
        settlement.pause();
    }

    /// @dev 5 s at 1000 a second with a fee of 15 %: 4250 to the operator and 750 to the fee recipient.
    function _entry(string memory name) internal view returns (LuxxonSettlement.Entry memory) {
        return LuxxonSettlement.Entry(keccak256(bytes(name)), consumer, operator, 1000, 5, 4250, 750);
    }

    function _settle(LuxxonSettlement.Entry memory entry) internal {
        vm.prank(relayer);
        settlement.settleFromPool(
            entry.sessionId,
            entry.from,
            entry.to,
            entry.ratePerSecond,
            entry.chargeableSeconds,
            entry.toAmount,
            entry.feeAmount
        );
    }

    function _expectSettleRevert(LuxxonSettlement.Entry memory entry, bytes memory reason) internal {
        vm.expectRevert(reason);
        _settle(entry);
    }

    function _signDeposit(uint256 value, bytes32 nonce) internal view returns (bytes memory signature) {
        return _signDepositFor(consumer, value, nonce);
    }

    function _signDepositFor(address from, uint256 value, bytes32 nonce) internal view returns (bytes memory) {
        return signAuthorization(
            vm,
            usdc,
            consumerKey,
            usdc.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(),
            Authorization(from, address(settlement), value, 0, block.timestamp + 1 hours, nonce)
        );
    }
}
