"""Raw scores and SHAP values that LightGBM gives: `lightgbm-scores.py MODEL ROWS`, rows as JSON with null for missing values."""

import json
import sys

import lightgbm
import numpy as np

booster = lightgbm.Booster(model_file=sys.argv[1])
with open(sys.argv[2], encoding="utf-8") as file:
    rows = np.array([[np.nan if value is None else value for value in row] for row in json.load(file)], dtype=float)
print(
    json.dumps(
        {
            "version": lightgbm.__version__,
            "raw": booster.predict(rows, raw_score=True).ravel().tolist(),
            "shap": booster.predict(rows, pred_contrib=True).ravel().tolist(),
        }
    )
)
