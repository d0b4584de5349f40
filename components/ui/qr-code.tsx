'use client'

import dynamic from 'next/dynamic'

const QRCodeSVG = dynamic(() => import('qrcode.react').then((module) => module.QRCodeSVG), {
  ssr: false,
  loading: () => <div aria-hidden className="size-44 animate-shimmer rounded-sm bg-line" />,
})

type QrCodeProps = {
  value: string
  /** What scanning it gives, for a screen reader: "QR code of the wallet address". */
  label: string
}

/** Black on white in both themes: many cameras cannot read an inverted code. */
export function QrCode({ value, label }: QrCodeProps) {
  return (
    <div role="img" aria-label={label} className="inline-flex rounded-lg border bg-white p-3">
      <QRCodeSVG value={value} size={176} level="M" marginSize={0} aria-hidden />
    </div>
  )
}
