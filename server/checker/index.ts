export { readBookFaults, readBooks } from './book-repository'
export { checkPayouts } from './check-payouts'
export type { Finding } from './finding'
