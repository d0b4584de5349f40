// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title FiatTokenRoles
///
/// @notice Pause, blocklist and minters of the local USDC stand-in, with the names, events and revert strings of Circle's
///         FiatToken. One account holds every role; Circle's own contract has a setter for each.
abstract contract FiatTokenRoles {
    address public immutable owner;

    bool public paused;

    mapping(address account => bool blacklisted) internal _blacklisted;
    mapping(address account => bool minter) internal _minters;
    mapping(address minter => uint256 allowance) internal _minterAllowed;

    event Pause();
    event Unpause();
    event Blacklisted(address indexed _account);
    event UnBlacklisted(address indexed _account);
    event MinterConfigured(address indexed minter, uint256 minterAllowedAmount);
    event MinterRemoved(address indexed oldMinter);

    modifier whenNotPaused() {
        require(!paused, "Pausable: paused");
        _;
    }

    modifier notBlacklisted(address account) {
        require(!_blacklisted[account], "Blacklistable: account is blacklisted");
        _;
    }

    modifier onlyMinters() {
        require(_minters[msg.sender], "FiatToken: caller is not a minter");
        _;
    }

    modifier onlyMasterMinter() {
        require(msg.sender == owner, "FiatToken: caller is not the masterMinter");
        _;
    }

    modifier onlyPauser() {
        require(msg.sender == owner, "Pausable: caller is not the pauser");
        _;
    }

    modifier onlyBlacklister() {
        require(msg.sender == owner, "Blacklistable: caller is not the blacklister");
        _;
    }

    constructor(address owner_) {
        owner = owner_;
    }

    function pause() external onlyPauser {
        paused = true;
        emit Pause();
    }

    function unpause() external onlyPauser {
        paused = false;
        emit Unpause();
    }

    function blacklist(address _account) external onlyBlacklister {
        _blacklisted[_account] = true;
        emit Blacklisted(_account);
    }

    function unBlacklist(address _account) external onlyBlacklister {
        _blacklisted[_account] = false;
        emit UnBlacklisted(_account);
    }

    function configureMinter(address minter, uint256 minterAllowedAmount)
        external
        whenNotPaused
        onlyMasterMinter
        returns (bool)
    {
        _minters[minter] = true;
        _minterAllowed[minter] = minterAllowedAmount;
        emit MinterConfigured(minter, minterAllowedAmount);
        return true;
    }

    function removeMinter(address minter) external onlyMasterMinter returns (bool) {
        _minters[minter] = false;
        _minterAllowed[minter] = 0;
        emit MinterRemoved(minter);
        return true;
    }

    function masterMinter() external view returns (address) {
        return owner;
    }

    function pauser() external view returns (address) {
        return owner;
    }

    function blacklister() external view returns (address) {
        return owner;
    }

    function isBlacklisted(address _account) external view returns (bool) {
        return _blacklisted[_account];
    }

    function isMinter(address account) external view returns (bool) {
        return _minters[account];
    }

    function minterAllowance(address minter) external view returns (uint256) {
        return _minterAllowed[minter];
    }
}
