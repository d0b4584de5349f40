import './globals.css'
import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { Providers } from './providers'
import { readConfig } from './server-caller'

export const metadata: Metadata = {
  title: { default: 'Bursar', template: '%s · Bursar' },
  description: 'A USDC treasury console for AI agents on Base that you host yourself.',
  robots: { index: false },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f7f8fa' },
    { media: '(prefers-color-scheme: dark)', color: '#0b0e13' },
  ],
}

// Reading the request's headers makes every page dynamic: each answer carries its own nonce.
export default async function RootLayout({ children }: { children: ReactNode }) {
  const [nonce, config] = await Promise.all([headers().then((all) => all.get('x-nonce')), readConfig()])
  return (
    <html lang="en" suppressHydrationWarning className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body className="min-h-dvh">
        <Providers config={config} nonce={nonce ?? undefined}>
          {children}
        </Providers>
      </body>
    </html>
  )
}
