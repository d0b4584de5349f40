import type { StoredAddress } from '@/domain/address'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { isInstanceAdmin } from './access'
import { isMemberOrInvited } from './access-repository'

/**
 * Who may come in: with SIGNUP=open anybody; with SIGNUP=invite instance administrators, members of a workspace and
 * holders of an open invitation. Signing in and creating a workspace ask the same. Throws `signup_closed`.
 */
export async function assertMaySignUp(address: StoredAddress): Promise<void> {
  if (env().SIGNUP === 'open' || isInstanceAdmin(address)) return
  if (await isMemberOrInvited(address)) return
  throw new AppError(
    'signup_closed',
    'Ask an owner of a workspace to invite this wallet address, then sign in again.',
  )
}
