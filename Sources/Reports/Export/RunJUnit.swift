internal import Records
internal import Store

/// A run as JUnit XML, which every CI system reads: a test suite whose cases are the steps, the rules of gates and the
/// rules of contracts.
///
/// A step that failed is an error; a rule that does not hold, or could not be decided, is a failure: nothing is promoted
/// then. Rules of a contract that only warn pass and say so. The order of elements and attributes is that of Jenkins'
/// `junit-10.xsd`.
package struct RunJUnit {
  private let facts: RunFacts
  private var run: RunRecord { facts.run }

  private static let logLimit = 16_000

  package init(_ facts: RunFacts) { self.facts = facts }

  private struct Case {
    enum Result {
      case passed
      case failure(type: String, message: String)
      case error(type: String, message: String)
      case skipped(message: String)
    }

    var className: String
    var name: String
    var seconds: Double = 0
    var result = Result.passed
    var output: String?
  }

  /// The document; the same facts give the same text.
  package var text: String {
    let cases = named(steps + gateRules + contractRules)
    let failures = cases.count { if case .failure = $0.result { true } else { false } }
    let errors = cases.count { if case .error = $0.result { true } else { false } }
    let skipped = cases.count { if case .skipped = $0.result { true } else { false } }
    let time = Self.seconds(run.wallSeconds)
    let counts: XML = "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"\(errors)\""
    let document: XML = """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="\(run.job)" time="\(time)" \(counts)>
        <testsuite name="\(run.id)" \(counts) skipped="\(skipped)" time="\(time)" timestamp="\(timestamp)" \
      hostname="\(run.host)" id="0" package="\(run.project)">
          <properties>
      \(properties)    </properties>
      \(cases.map { markup(of: $0) })  </testsuite>
      </testsuites>

      """
    return document.text
  }

  /// Without a zone, as the schema has it: UTC.
  private var timestamp: String { String(run.started.text.dropLast()) }

  private var properties: [XML] {
    let pairs =
      [
        ("job", run.job), ("outcome", run.outcome.rawValue), ("night", run.logicalTime.text), ("spec", run.specName),
        ("spec.digest", run.spec.description), ("nightshift", run.toolVersion),
      ] + run.params.sorted { $0.key < $1.key }.map { ("params.\($0.key)", $0.value) }
    return pairs.map { name, value in "      <property name=\"\(name)\" value=\"\(value)\"/>\n" }
  }

  private var steps: [Case] {
    run.steps.map { step in
      var found = Case(className: run.job, name: step.id, seconds: step.wallSeconds)
      switch step.outcome {
      case .ran: found.output = step.headline
      case .reused:
        found.seconds = 0
        found.output = "reused\(step.reusedFrom.map { " from \($0)" } ?? "")"
      case .failed:
        found.result = .error(type: "failed", message: step.reason ?? "the step failed")
        found.output = facts.logTails[step.id].map { String($0.unicodeScalars.suffix(Self.logLimit)) }
      case .skipped: found.result = .skipped(message: step.reason ?? "its condition did not hold")
      case .unreached: found.result = .skipped(message: step.reason ?? "what it needs failed")
      }
      return found
    }
  }

  private var gateRules: [Case] {
    run.steps.flatMap { step in
      (facts.verdicts[step.id]?.findings ?? []).map { finding in
        var found = Case(className: "\(run.job).\(step.id)", name: finding.rule)
        switch finding.holds {
        case true?: found.output = finding.explanation
        case false?: found.result = .failure(type: "rule", message: finding.explanation)
        case nil: found.result = .failure(type: "undecided", message: finding.explanation)
        }
        return found
      }
    }
  }

  private var contractRules: [Case] {
    run.steps.flatMap { step in
      (facts.contracts[step.id]?.findings ?? []).map { finding in
        var found = Case(className: "\(run.job).\(step.id)", name: finding.statement)
        switch (finding.outcome, finding.severity) {
        case (.passed, _): found.output = finding.explanation
        case (.failed, .error): found.result = .failure(type: "contract", message: finding.explanation)
        case (.couldNotRun, .error): found.result = .failure(type: "could-not-run", message: finding.explanation)
        case (_, .warn), (_, .info): found.output = "\(finding.severity.rawValue): \(finding.explanation)"
        }
        return found
      }
    }
  }

  /// Names that are there twice in a class are numbered: some readers keep the last of equal ones only.
  private func named(_ cases: [Case]) -> [Case] {
    var counts: [[String]: Int] = [:]
    return cases.map { found in
      var found = found
      let count = (counts[[found.className, found.name]] ?? 0) + 1
      counts[[found.className, found.name]] = count
      if count > 1 { found.name += " (\(count))" }
      return found
    }
  }

  private func markup(of found: Case) -> XML {
    let inside: XML =
      switch found.result {
      case .passed: ""
      case .failure(let type, let message): "<failure message=\"\(message)\" type=\"\(type)\">\(message)</failure>"
      case .error(let type, let message): "<error message=\"\(message)\" type=\"\(type)\">\(message)</error>"
      case .skipped(let message): "<skipped message=\"\(message)\"/>"
      }
    let output: XML = found.output.map { "<system-out>\($0)</system-out>" } ?? ""
    return """
          <testcase name="\(found.name)" classname="\(found.className)" time="\(Self.seconds(found.seconds))">\
      \(inside)\(output)</testcase>

      """
  }

  /// `1234.500`: no grouping, three digits.
  private static func seconds(_ value: Double) -> String {
    let thousandths = value.isFinite && value > 0 && value < 1e12 ? Int((value * 1000).rounded()) : 0
    let rest = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }
}
