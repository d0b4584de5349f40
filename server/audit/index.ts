export { listAudit } from './list-audit'
export { type Actor, type AgentActor, recordAudit } from './record-audit'
