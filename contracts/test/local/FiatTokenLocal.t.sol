// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {Vm} from "forge-std/Vm.sol";

import {FiatTokenErc20} from "../../src/local/FiatTokenErc20.sol";
import {FiatTokenLocal} from "../../src/local/FiatTokenLocal.sol";
import {FiatTokenRoles} from "../../src/local/FiatTokenRoles.sol";
import {Authorization, signAuthorization, signTypedData} from "../support/Authorizations.sol";
import {Erc1271Wallet} from "../support/Erc1271Wallet.sol";

contract FiatTokenLocalTest is Test {
    FiatTokenLocal internal usdc;
    address internal holder;
    uint256 internal holderKey;
    address internal immutable payee = makeAddr("payee");
    address internal immutable other = makeAddr("other");

    function setUp() public {
        vm.warp(1_700_000_000);
        (holder, holderKey) = makeAddrAndKey("holder");
        usdc = new FiatTokenLocal("USD Coin", address(this));
        usdc.mint(holder, 1000);
    }

    function _authorization(uint256 value) internal view returns (Authorization memory) {
        return Authorization(holder, payee, value, block.timestamp - 1, block.timestamp + 10, keccak256("nonce"));
    }

    function _signTransfer(Authorization memory a) internal view returns (bytes memory) {
        return signAuthorization(vm, usdc, holderKey, usdc.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), a);
    }

    function _signReceive(Authorization memory a) internal view returns (bytes memory) {
        return signAuthorization(vm, usdc, holderKey, usdc.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(), a);
    }

    function _transferWithAuthorization(Authorization memory a, bytes memory signature) internal {
        usdc.transferWithAuthorization(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, signature);
    }

    function _receiveWithAuthorization(Authorization memory a, bytes memory signature) internal {
        usdc.receiveWithAuthorization(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, signature);
    }

    function _split(bytes memory signature) internal pure returns (uint8 v, bytes32 r, bytes32 s) {
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
    }

    function test_whenConstructed_thenItIsUsdcOfTheGivenDomain() public {
        assertEq(usdc.name(), "USD Coin");
        assertEq(usdc.symbol(), "USDC");
        assertEq(usdc.decimals(), 6);
        assertEq(usdc.version(), "2");
        FiatTokenLocal sepolia = new FiatTokenLocal("USDC", address(this));
        assertEq(
            sepolia.DOMAIN_SEPARATOR(),
            keccak256(
                abi.encode(
                    keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                    keccak256("USDC"),
                    keccak256("2"),
                    block.chainid,
                    address(sepolia)
                )
            )
        );
    }

    function test_whenTransferringWithAuthorization_thenAuthorizationUsedStandsDirectlyBeforeTransfer() public {
        Authorization memory a = _authorization(10);
        bytes memory signature = _signTransfer(a);
        vm.recordLogs();
        _transferWithAuthorization(a, signature);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 2);
        assertEq(logs[0].topics[0], FiatTokenLocal.AuthorizationUsed.selector);
        assertEq(logs[1].topics[0], FiatTokenErc20.Transfer.selector);
        assertEq(usdc.balanceOf(payee), 10);
        assertTrue(usdc.authorizationState(holder, a.nonce));
    }

    function test_whenAuthorizedWithSplitSignatures_thenBothFormsWork() public {
        Authorization memory a = _authorization(10);
        (uint8 v, bytes32 r, bytes32 s) = _split(_signTransfer(a));
        usdc.transferWithAuthorization(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, v, r, s);

        a.nonce = keccak256("second");
        (v, r, s) = _split(_signReceive(a));
        vm.prank(payee);
        usdc.receiveWithAuthorization(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, v, r, s);
        assertEq(usdc.balanceOf(payee), 20);
    }

    function test_whenReceivingWithAuthorization_thenOnlyThePayeeMayCall() public {
        Authorization memory a = _authorization(10);
        bytes memory signature = _signReceive(a);
        vm.expectRevert("FiatTokenV2: caller must be the payee");
        _receiveWithAuthorization(a, signature);
        vm.prank(payee);
        _receiveWithAuthorization(a, signature);
        assertEq(usdc.balanceOf(payee), 10);
    }

    function test_whenASignatureIsOfTheOtherKind_thenReverts() public {
        Authorization memory a = _authorization(10);
        bytes memory signature = _signReceive(a);
        vm.expectRevert("FiatTokenV2: invalid signature");
        _transferWithAuthorization(a, signature);
    }

    function test_whenAnAuthorizationIsUsedTwice_thenReverts() public {
        Authorization memory a = _authorization(10);
        bytes memory signature = _signTransfer(a);
        _transferWithAuthorization(a, signature);
        vm.expectRevert("FiatTokenV2: authorization is used or canceled");
        _transferWithAuthorization(a, signature);
    }

    function test_whenTheTimeIsOnABound_thenItIsOutside() public {
        Authorization memory a = _authorization(10);
        bytes memory signature = _signTransfer(a);
        vm.warp(a.validAfter);
        vm.expectRevert("FiatTokenV2: authorization is not yet valid");
        _transferWithAuthorization(a, signature);
        vm.warp(a.validBefore);
        vm.expectRevert("FiatTokenV2: authorization is expired");
        _transferWithAuthorization(a, signature);
        vm.warp(a.validBefore - 1);
        _transferWithAuthorization(a, signature);
    }

    function test_whenCanceled_thenTheAuthorizationIsDead() public {
        Authorization memory a = _authorization(10);
        bytes memory signature = _signTransfer(a);
        bytes32 structHash = keccak256(abi.encode(usdc.CANCEL_AUTHORIZATION_TYPEHASH(), holder, a.nonce));
        bytes memory cancelSignature = signTypedData(vm, usdc, holderKey, structHash);

        vm.expectEmit(address(usdc));
        emit FiatTokenLocal.AuthorizationCanceled(holder, a.nonce);
        usdc.cancelAuthorization(holder, a.nonce, cancelSignature);

        assertTrue(usdc.authorizationState(holder, a.nonce));
        vm.expectRevert("FiatTokenV2: authorization is used or canceled");
        _transferWithAuthorization(a, signature);
        (uint8 v, bytes32 r, bytes32 s) = _split(cancelSignature);
        vm.expectRevert("FiatTokenV2: authorization is used or canceled");
        usdc.cancelAuthorization(holder, a.nonce, v, r, s);
    }

    function test_whenASmartWalletsOwnerSigned_thenErc1271Decides() public {
        address wallet = address(new Erc1271Wallet(holder));
        usdc.mint(wallet, 10);
        Authorization memory a = _authorization(10);
        a.from = wallet;
        bytes memory signature = _signTransfer(a);
        a.value = 9;
        vm.expectRevert("FiatTokenV2: invalid signature");
        _transferWithAuthorization(a, signature);
        a.value = 10;
        _transferWithAuthorization(a, signature);
        assertEq(usdc.balanceOf(payee), 10);
    }

    function test_whenASignatureIsMalformed_thenCirclesReasonIsGiven() public {
        Authorization memory a = _authorization(10);
        vm.expectRevert("ECRecover: invalid signature length");
        _transferWithAuthorization(a, hex"1234");
        (uint8 v, bytes32 r, bytes32 s) = _split(_signTransfer(a));
        vm.expectRevert("ECRecover: invalid signature 'v' value");
        _transferWithAuthorization(a, abi.encodePacked(r, s, v - 27));
        uint256 order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        vm.expectRevert("ECRecover: invalid signature 's' value");
        _transferWithAuthorization(a, abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? 28 : 27));
    }

    function test_whenPermitted_thenTheAllowanceIsSetOnceInBothForms() public {
        bytes memory signature = _signPermit(50, 0, block.timestamp);
        usdc.permit(holder, other, 50, block.timestamp, signature);
        assertEq(usdc.allowance(holder, other), 50);
        vm.expectRevert("EIP2612: invalid signature");
        usdc.permit(holder, other, 50, block.timestamp, signature);

        (uint8 v, bytes32 r, bytes32 s) = _split(_signPermit(60, 1, type(uint256).max));
        usdc.permit(holder, other, 60, type(uint256).max, v, r, s);
        assertEq(usdc.allowance(holder, other), 60);
        vm.expectRevert("FiatTokenV2: permit is expired");
        usdc.permit(holder, other, 60, block.timestamp - 1, v, r, s);
    }

    function _signPermit(uint256 value, uint256 nonce, uint256 deadline) internal view returns (bytes memory) {
        bytes32 structHash = keccak256(abi.encode(usdc.PERMIT_TYPEHASH(), holder, other, value, nonce, deadline));
        return signTypedData(vm, usdc, holderKey, structHash);
    }

    function test_givenLargestAllowance_whenSpending_thenItIsReducedWithoutApprovalEvent() public {
        vm.prank(holder);
        usdc.approve(other, type(uint256).max);
        vm.recordLogs();
        vm.prank(other);
        usdc.transferFrom(holder, payee, 10);
        assertEq(vm.getRecordedLogs().length, 1);
        assertEq(usdc.allowance(holder, other), type(uint256).max - 10);
    }

    function test_whenBalanceOrAllowanceIsShort_thenCirclesReasonIsGiven() public {
        vm.startPrank(holder);
        vm.expectRevert("ERC20: transfer amount exceeds balance");
        usdc.transfer(payee, 1001);
        vm.expectRevert("ERC20: transfer to the zero address");
        usdc.transfer(address(0), 1);
        vm.expectRevert("ERC20: decreased allowance below zero");
        usdc.decreaseAllowance(other, 1);
        vm.stopPrank();
        vm.prank(other);
        vm.expectRevert("ERC20: transfer amount exceeds allowance");
        usdc.transferFrom(holder, payee, 1);
    }

    function test_givenBlockedAccount_whenItPaysIsPaidOrSpends_thenReverts() public {
        Authorization memory a = _authorization(10);
        bytes memory signature = _signTransfer(a);
        vm.expectEmit(address(usdc));
        emit FiatTokenRoles.Blacklisted(payee);
        usdc.blacklist(payee);
        assertTrue(usdc.isBlacklisted(payee));

        bytes memory reason = "Blacklistable: account is blacklisted";
        vm.expectRevert(reason);
        _transferWithAuthorization(a, signature);
        vm.prank(holder);
        vm.expectRevert(reason);
        usdc.transfer(payee, 1);
        vm.prank(payee);
        vm.expectRevert(reason);
        usdc.approve(holder, 1);
        vm.expectRevert(reason);
        usdc.mint(payee, 1);

        usdc.unBlacklist(payee);
        _transferWithAuthorization(a, signature);
    }

    function test_givenPaused_whenAnythingMoves_thenReverts() public {
        Authorization memory a = _authorization(10);
        bytes memory signature = _signTransfer(a);
        usdc.pause();
        vm.startPrank(holder);
        vm.expectRevert("Pausable: paused");
        usdc.transfer(payee, 1);
        vm.expectRevert("Pausable: paused");
        usdc.approve(payee, 1);
        vm.stopPrank();
        vm.expectRevert("Pausable: paused");
        _transferWithAuthorization(a, signature);
        vm.expectRevert("Pausable: paused");
        usdc.mint(holder, 1);
        usdc.unpause();
        _transferWithAuthorization(a, signature);
    }

    function test_givenMinterWithABudget_whenMinting_thenItIsSpent() public {
        usdc.configureMinter(other, 10);
        vm.startPrank(other);
        usdc.mint(payee, 6);
        assertEq(usdc.minterAllowance(other), 4);
        vm.expectRevert("FiatToken: mint amount exceeds minterAllowance");
        usdc.mint(payee, 5);
        vm.expectRevert("FiatToken: mint amount not greater than 0");
        usdc.mint(payee, 0);
        vm.stopPrank();
        usdc.removeMinter(other);
        vm.prank(other);
        vm.expectRevert("FiatToken: caller is not a minter");
        usdc.mint(payee, 1);
    }

    function test_whenAStrangerUsesARole_thenCirclesReasonIsGiven() public {
        vm.startPrank(other);
        vm.expectRevert("Pausable: caller is not the pauser");
        usdc.pause();
        vm.expectRevert("Blacklistable: caller is not the blacklister");
        usdc.blacklist(holder);
        vm.expectRevert("FiatToken: caller is not the masterMinter");
        usdc.configureMinter(other, 1);
    }
}
