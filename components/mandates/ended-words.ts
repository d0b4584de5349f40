import type { MandateDetailsView } from '@/domain/mandate'

type Ended = Pick<MandateDetailsView, 'signedAt' | 'signers' | 'createdBy' | 'spentAmount'>

/** Why a mandate that is over pays nothing, and how there can be another one. */
export function endedWords({ signedAt, signers, createdBy, spentAmount }: Ended): {
  title: string
  words: string
} {
  const next =
    createdBy === null
      ? 'The agent asks again and gets a fresh link.'
      : 'Draw up another one if it is needed.'
  if (signedAt !== null) {
    return { title: 'It has ended', words: `Its time is over, and it pays nothing any more. ${next}` }
  }
  const why =
    signers.length === 0
      ? 'Nobody signed it in time, so it pays nothing.'
      : 'Fewer people signed it in time than it needs, so it pays nothing.'
  const paid = spentAmount === '0' ? '' : ' What it paid before stays paid.'
  return { title: 'The time to sign it is over', words: `${why}${paid} ${next}` }
}
