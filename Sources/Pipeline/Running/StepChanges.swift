internal import Records

/// What became of the ingredients of a step since it was done last, in words.
struct StepChanges {
  let before: StepRecord
  let now: PreparedStep

  /// One sentence; nil where nothing of it is to be seen.
  ///
  /// - Parameter run: the one that did it last.
  func text(since run: String) -> String? {
    let texts = files + programs
    return texts.isEmpty ? nil : "changed since \(run): " + texts.joined(separator: ", ")
  }

  /// Inputs, and files that the step takes itself.
  private var files: [String] {
    let known = Dictionary(before.inputs.map { ($0.name, $0.artifact?.digest) }, uniquingKeysWith: { $1 })
    return (now.inputs + now.sourceInputs).filter { known[$0.name] != .some($0.artifact?.digest) }.map {
      "`\($0.name)`"
    }
  }

  /// Records of older tools do not say what a step ran with.
  private var programs: [String] {
    guard let known = before.environment else { return [] }
    return now.environment.filter { known[$0.key] != $0.value }.keys.sorted().map { name in
      now.environment[name] == StepPrograms.notMade
        ? "the environment of its requirements is not made yet" : Self.text(name)
    }
  }

  private static func text(_ name: String) -> String {
    let words = name.split(separator: " ").map(String.init)
    switch (words[0], words.count > 1 ? words[1] : "", words.last ?? "") {
    case (StepPrograms.program, _, _): return "its program"
    case (StepPrograms.packages, _, _): return "the packages of its Python"
    case ("scoring", let model, StepPrograms.packages) where words.count == 3:
      return "the packages of the Python that scores for `\(model)`"
    case ("scoring", let model, "sandbox") where words.count == 3: return "the sandbox that `\(model)` is scored in"
    case ("scoring", let model, _): return "the program that scores for `\(model)`"
    default: return "the version of \(name)"
    }
  }
}
