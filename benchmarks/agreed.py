"""The consent by which benchmarks compare faces: of whoever runs them, for that, until tomorrow.

The photographs are published ones; what Catchlight computes of them is gone when the run ends.
"""

from datetime import timedelta

from catchlight.consent import agreed, today

AGREED = agreed("whoever runs the benchmarks", "benchmarks", today() + timedelta(days=1), "python")
