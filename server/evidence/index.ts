export { evidenceUsed, prepareEvidence, type VerifiedEvidence, verifyEvidence } from './evidence'
