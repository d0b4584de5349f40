// Generates what is not committed: the Prisma client if its schema changed, OnchainKit's stripped stylesheet.
import { ensureGenerated } from './stack/ensure-generated'

ensureGenerated()
