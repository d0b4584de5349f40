export { listAudit } from './list-audit'
export { type Actor, recordAudit } from './record-audit'
