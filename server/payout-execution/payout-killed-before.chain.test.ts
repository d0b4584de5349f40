import { testKills } from '@/test/harness/payout-kills'

// kill -9 right before each round trip of a payout's life.
await testKills('before')
