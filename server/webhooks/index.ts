export {
  removeEndpoint,
  replayMissed,
  rotateEndpointSecret,
  sendTest,
  setEndpointEnabled,
  updateEndpoint,
} from './change-endpoint'
export { createEndpoint } from './create-endpoint'
export { createWebhookSender } from './create-webhook-sender'
export { getDefaultSecret, rotateDefaultSecret } from './default-secret'
export { exportDeliveriesCsv } from './export-deliveries-csv'
export { forgetOldEvents } from './forget-old-events'
export { getDelivery, listDeliveries, listDeliveriesOfPayout } from './list-deliveries'
export { listEndpoints } from './list-endpoints'
export { replayDelivery } from './replay-delivery'
