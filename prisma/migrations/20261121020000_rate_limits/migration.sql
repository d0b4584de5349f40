-- The table that rate-limiter-flexible reads and writes; a new table, so no lock meets live traffic.
CREATE UNLOGGED TABLE "rate_limit_windows" (
    "key" VARCHAR(255) NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "rate_limit_windows_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "rate_limit_windows_expire_idx" ON "rate_limit_windows"("expire");
