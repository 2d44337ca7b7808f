internal import Glibc

/// The environment of a step: what it may see of its parent's, and what is given to it.
enum StepEnvironment {
  private static let allowed =
    ["PATH", "HOME", "LANG", "TZ", "NIGHTSHIFT_DUCKDB", "NIGHTSHIFT_XGBOOST", "LD_LIBRARY_PATH"]
    + [
      "ADDRESS", "ALL", "COLLATE", "CTYPE", "IDENTIFICATION", "MEASUREMENT", "MESSAGES", "MONETARY", "NAME", "NUMERIC",
      "PAPER", "TELEPHONE", "TIME",
    ].map { "LC_" + $0 }

  /// `NAME=VALUE` of the allow-list, then `own`, which wins. There is always a PATH.
  ///
  /// - Parameter parent: the value of a variable of the parent's; nil when it is not set.
  static func variables(_ own: [String], parent: (String) -> String? = { value(of: $0) }) -> [String] {
    let names = Set(own.map { $0.prefix { $0 != "=" } })
    return allowed.compactMap { name in
      guard !names.contains(name[...]) else { return nil }
      return (parent(name) ?? (name == "PATH" ? Executable.path : nil)).map { "\(name)=\($0)" }
    } + own
  }

  /// How often a thread of XGBoost's looks whether the others are done before it sleeps (GNU libgomp, "GOMP_SPINCOUNT").
  /// Its own 300,000 keep a core busy with waiting where another step should have it: beside one, training takes ten times
  /// as long. Alone it takes the same with either.
  static var patience: String { "GOMP_SPINCOUNT=\(value(of: "GOMP_SPINCOUNT") ?? "1000")" }

  /// A variable of this process.
  static func value(of name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
