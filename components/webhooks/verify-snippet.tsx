'use client'

import { useState } from 'react'
import { Button } from '../ui/button'
import { CodeBlock } from './code-block'

const SNIPPETS = {
  TypeScript: `import { Webhook } from 'standardwebhooks'

// The raw body as it came, before any JSON parser.
const event = new Webhook(process.env.BURSAR_WEBHOOK_SECRET)
  .verify(rawBody, request.headers)`,
  Python: `from standardwebhooks import Webhook

# The raw body as it came, before any JSON parser.
event = Webhook(os.environ["BURSAR_WEBHOOK_SECRET"]).verify(
    request.get_data(), request.headers)`,
} as const
const LANGUAGES = ['TypeScript', 'Python'] as const

/** How a receiver makes sure that a message is this console's. */
export function VerifySnippet() {
  const [language, setLanguage] = useState<(typeof LANGUAGES)[number]>('TypeScript')
  return (
    <div className="grid min-w-0 gap-2">
      <div className="flex items-center justify-between gap-3">
        <p className="text-[0.8125rem] font-medium">Verify each message with it</p>
        <div className="flex gap-1">
          {LANGUAGES.map((one) => (
            <Button
              key={one}
              size="sm"
              variant={one === language ? 'secondary' : 'ghost'}
              aria-pressed={one === language}
              onClick={() => setLanguage(one)}
            >
              {one}
            </Button>
          ))}
        </div>
      </div>
      <CodeBlock text={SNIPPETS[language]} what={`the ${language} code`} />
    </div>
  )
}
