# The threshold is half way between the mean radius of one class and that of the other.
set -eu
mkdir outputs/model
awk -F, '
  NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
  { sum[$column["diagnosis"]] += $column["mean_radius"]; count[$column["diagnosis"]]++ }
  END { print (sum["benign"] / count["benign"] + sum["malignant"] / count["malignant"]) / 2 }
' inputs/train/*.csv > outputs/model/threshold
cp one-rule.awk outputs/model/
cat > outputs/model/nightshift-model.json <<'END'
{
  "format": "nightshift-command-model 1",
  "task": "binary",
  "classes": ["benign", "malignant"],
  "target": "diagnosis",
  "features": ["mean_radius"],
  "score": ["sh", "-c", "awk -F, -v threshold=$(cat threshold) -f one-rule.awk"]
}
END
