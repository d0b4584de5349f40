// Both services that sign for managed wallets, where this process finds them.
import { type StandInCdp, startCdp } from './cdp-wallets'
import { type StandInKms, startKms } from './kms'

export async function startSigningServices(): Promise<{ kms: StandInKms; cdp: StandInCdp }> {
  const [kms, cdp] = await Promise.all([startKms(), startCdp()])
  Object.assign(process.env, cdp.environment, {
    CDP_API_URL: cdp.url,
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL_KMS: kms.url,
    AWS_ACCESS_KEY_ID: 'AKIDTEST',
    AWS_SECRET_ACCESS_KEY: 'a-secret-of-tests',
  })
  return { kms, cdp }
}
