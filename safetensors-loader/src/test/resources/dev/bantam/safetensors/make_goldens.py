"""Makes the golden safetensors files of this folder. Needs torch==2.13.0 safetensors==0.8.0.

    python make_goldens.py

dtypes.safetensors    every type, with extreme values; a scalar; empty tensors
"""

import pathlib

import torch
from safetensors.torch import save_file

here = pathlib.Path(__file__).parent

save_file(
    {
        "f64": torch.tensor([[1.0, -0.1], [1e300, float("inf")]], dtype=torch.float64),
        "f32": torch.tensor([[0.1, -2.5, 3.4028235e38], [1e-45, float("-inf"), float("nan")]]),
        "f16": torch.tensor([1.0, -65504.0, 6e-8], dtype=torch.float16),
        "bf16": torch.tensor([1.0, -3.3895314e38, 9.2e-41], dtype=torch.bfloat16),
        "i64": torch.tensor([-(2**63), 2**63 - 1], dtype=torch.int64),
        "i32": torch.tensor([-(2**31), 2**31 - 1], dtype=torch.int32),
        "i16": torch.tensor([-(2**15), 2**15 - 1], dtype=torch.int16),
        "i8": torch.tensor([-128, 127, 3], dtype=torch.int8),
        "u8": torch.tensor([0, 255, 3], dtype=torch.uint8),
        "e4m3": torch.tensor([1.0, -448.0, 2**-9]).to(torch.float8_e4m3fn),
        "e5m2": torch.tensor([1.0, -57344.0, 2**-16]).to(torch.float8_e5m2),
        "bool": torch.tensor([True, False, True], dtype=torch.bool),
        "scalar": torch.tensor(7.5),
        "empty": torch.empty(0),
        "empty.matrix": torch.empty(3, 0, 2),
        'name "quoted" \\ \u00e9 \u4e16\u754c \U0001f600 \uff5e': torch.tensor([2.5]),
    },
    here / "dtypes.safetensors",
    metadata={"format": "pt"},
)
