"""Points of the unscrambled Sobol sequence and quantiles of the normal distribution, by SciPy: python3 make-sobol.py

Made with scipy 1.17. Coordinates are whole numbers of 2^-30.
"""
import json
import pathlib

import numpy as np
import scipy.stats

points = scipy.stats.qmc.Sobol(64, scramble=False).random(300)
shares = [1e-300, 1e-20, 1e-9, 0.001, 0.02425, 0.1, 0.3, 0.5, 0.77, 0.97575, 0.999, 1 - 1e-12]
pathlib.Path(__file__).with_name("sobol.json").write_text(json.dumps({
    "points": [[int(x) for x in np.round(p * 2**30)] for p in points[[0, 1, 2, 3, 7, 50, 127, 128, 255, 299]]],
    "numbers": [0, 1, 2, 3, 7, 50, 127, 128, 255, 299],
    "shares": shares, "quantiles": [float(q) for q in scipy.stats.norm.ppf(shares)],
}))
