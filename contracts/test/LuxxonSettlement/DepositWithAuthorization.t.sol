// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {LuxxonSettlement} from "../../src/LuxxonSettlement.sol";
import {Erc1271Wallet} from "../support/Erc1271Wallet.sol";
import {SettlementTest} from "../support/SettlementTest.sol";

contract DepositWithAuthorizationTest is SettlementTest {
    bytes32 internal constant NONCE = keccak256("nonce");

    function _relay(address from, uint256 value, bytes32 nonce, bytes memory signature) internal {
        vm.prank(stranger);
        settlement.depositWithAuthorization(from, value, 0, block.timestamp + 1 hours, nonce, signature);
    }

    function test_givenSignature_whenAStrangerRelays_thenTheSignerIsCredited() public {
        bytes memory signature = _signDeposit(10 * USDC, NONCE);

        vm.expectEmit(address(settlement));
        emit LuxxonSettlement.Deposited(consumer, 10 * USDC, 10 * USDC);
        _relay(consumer, 10 * USDC, NONCE, signature);

        assertEq(settlement.deposits(consumer), 10 * USDC);
        assertEq(settlement.deposits(stranger), 0);
        assertEq(usdc.balanceOf(address(settlement)), 10 * USDC);
        assertTrue(usdc.authorizationState(consumer, NONCE));
    }

    function test_givenSmartWallet_whenItsOwnerSigned_thenTheWalletIsCredited() public {
        address wallet = address(new Erc1271Wallet(consumer));
        usdc.mint(wallet, 7);
        bytes memory signature = _signDepositFor(wallet, 7, NONCE);
        _relay(wallet, 7, NONCE, signature);
        assertEq(settlement.deposits(wallet), 7);
    }

    function test_givenUsedAuthorization_whenRelayedAgain_thenReverts() public {
        bytes memory signature = _signDeposit(1, NONCE);
        _relay(consumer, 1, NONCE, signature);
        vm.expectRevert("FiatTokenV2: authorization is used or canceled");
        _relay(consumer, 1, NONCE, signature);
        assertEq(settlement.deposits(consumer), 1);
    }

    function test_givenPaused_whenRelaying_thenReverts() public {
        bytes memory signature = _signDeposit(1, NONCE);
        _pause();
        vm.expectRevert(Pausable.EnforcedPause.selector);
        _relay(consumer, 1, NONCE, signature);
        assertFalse(usdc.authorizationState(consumer, NONCE));
    }

    function test_givenAnotherValueOrPayer_whenRelaying_thenReverts() public {
        bytes memory signature = _signDeposit(1, NONCE);
        vm.expectRevert("FiatTokenV2: invalid signature");
        _relay(consumer, 2, NONCE, signature);

        usdc.mint(stranger, 1);
        vm.expectRevert("FiatTokenV2: invalid signature");
        _relay(stranger, 1, NONCE, signature);
    }

    function test_givenExpiredAuthorization_whenRelaying_thenReverts() public {
        bytes memory signature = _signDeposit(1, NONCE);
        uint256 validBefore = block.timestamp + 1 hours;
        vm.warp(validBefore);
        vm.expectRevert("FiatTokenV2: authorization is expired");
        settlement.depositWithAuthorization(consumer, 1, 0, validBefore, NONCE, signature);
    }

    function test_whenTheSignatureIsUsedWithTheTokenDirectly_thenReverts() public {
        bytes memory signature = _signDeposit(1, NONCE);
        vm.prank(stranger);
        vm.expectRevert("FiatTokenV2: caller must be the payee");
        usdc.receiveWithAuthorization(consumer, address(settlement), 1, 0, block.timestamp + 1 hours, NONCE, signature);
    }

    function test_whenDepositingZero_thenReverts() public {
        bytes memory signature = _signDeposit(0, NONCE);
        vm.expectRevert(LuxxonSettlement.ZeroAmount.selector);
        _relay(consumer, 0, NONCE, signature);
    }
}
