import { rpc } from './rpc'

/** The number of the chain's newest block, as the first endpoint that answers has it. */
export function readHeadNumber(): Promise<bigint> {
  return rpc().any.getBlockNumber({ cacheTime: 0 })
}
