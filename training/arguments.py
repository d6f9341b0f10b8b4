"""The settings that all runs share, in the words of transformers' TrainingArguments."""

from __future__ import annotations

import os
from typing import Any

import torch

from jianghua.data.errors import SettingsError
from jianghua.training.config import RunConfig
from jianghua.training.run import TrainingRun


def shared_arguments(config: RunConfig, run: TrainingRun) -> dict[str, Any]:
    """Keyword arguments of TrainingArguments: optimiser, precision, device, places, seeds, trackers.

    Raises:
        SettingsError: the precision is none that the device has.
    """
    settings = config.optimisation
    cpu = on_cpu(config)
    precision = _precision(settings.precision, cpu)
    if "tensorboard" in config.report_to:
        os.environ["TENSORBOARD_LOGGING_DIR"] = str(run.logs)
    return {
        "output_dir": str(run.checkpoints),
        "run_name": config.name,
        "learning_rate": settings.learning_rate,
        "gradient_accumulation_steps": settings.gradient_accumulation,
        "warmup_steps": settings.warmup,  # below 1: a share of all steps
        "lr_scheduler_type": settings.schedule,
        "weight_decay": settings.weight_decay,
        "max_grad_norm": settings.max_grad_norm,
        "activation_checkpointing": settings.gradient_checkpointing,
        "bf16": precision == "bf16",
        "fp16": precision == "fp16",
        "use_cpu": cpu,
        "ddp_backend": "gloo" if cpu and processes() > 1 else None,
        "save_strategy": "steps",
        "save_total_limit": 2,
        "seed": config.seed,
        "data_seed": config.seed,
        "full_determinism": config.deterministic,
        "report_to": list(config.report_to) or "none",
        "remove_unused_columns": False,
        "dataloader_pin_memory": not cpu,
        "disable_tqdm": True,
        "log_level": "error",
    }


def processes() -> int:
    """How many processes train together under `torchrun`; 1 without it."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def main_process() -> bool:
    """Whether this is the process that writes; it is without `torchrun`."""
    return int(os.environ.get("RANK", "0")) == 0


def on_cpu(config: RunConfig) -> bool:
    """Whether a run computes on the processor: it was told to, or there is no GPU."""
    return config.device == "cpu" or not torch.cuda.is_available()


def _precision(asked: str, cpu: bool) -> str:
    """What `auto` means on this machine; see `OptimiserConfig.precision`."""
    if asked != "auto":
        if asked == "fp16" and cpu:
            raise SettingsError("optimisation.precision: fp16 needs a GPU, expected auto, fp32 or bf16 on a CPU")
        return asked
    if not cpu:
        return "bf16" if torch.cuda.is_bf16_supported() else "fp16"
    capabilities = torch.cpu.get_capabilities()
    return "bf16" if capabilities.get("avx512_bf16") or capabilities.get("amx_bf16") else "fp32"
