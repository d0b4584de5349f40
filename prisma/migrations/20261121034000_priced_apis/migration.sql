-- Calls of priced APIs and the secret header of an upstream. Locks: two columns without a default, one new table.

-- AlterTable
ALTER TABLE "priced_apis" ADD COLUMN     "sealed_secret_header_value" TEXT,
ADD COLUMN     "secret_header_name" TEXT;

-- CreateTable
CREATE TABLE "paid_calls" (
    "charge_id" UUID NOT NULL,
    "upstream_status" INTEGER,
    "latency_milliseconds" INTEGER NOT NULL,
    "failure_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "paid_calls_pkey" PRIMARY KEY ("charge_id")
);

alter table priced_apis add constraint priced_apis_secret_check
  check ((secret_header_name is null) = (sealed_secret_header_value is null));
alter table paid_calls add constraint paid_calls_latency_check check (latency_milliseconds >= 0),
  add constraint paid_calls_outcome_check check (failure_reason is not null or upstream_status is not null);
