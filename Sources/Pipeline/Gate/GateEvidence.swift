internal import Jobs
internal import Records
internal import Statistics

/// What is known of both sides.
struct GateEvidence {
  var challenger: MetricsDocument
  /// On the same rows, in the same slices. Nil: there is none yet, and rules against it hold.
  var champion: MetricsDocument?
  var drift: DriftDocument?
  var contract: ContractDocument?
  var cost: CostDocument?
  /// Why there are no pairs of rows, or the pairs.
  var pairs: Result<PairedRows, Gap> = .failure(Gap(text: "the rows were not scored by both"))

  /// Why a rule cannot be decided.
  struct Gap: Error {
    var text: String
  }

  /// A number that a rule is about, with what it belongs to.
  struct Value {
    var label: String
    var value: Double
    /// The slice's value, in a rule over slices: nil where it is missing.
    var slice: String?
  }

  /// A number and the one it is held against.
  struct Comparison {
    var label: String
    var value: Double
    var required: Double
  }

  // MARK: Numbers

  /// The numbers on the rule's left side: one, or one for each slice.
  func values(of rule: GateRule) -> Result<[Value], Gap> {
    switch rule.subject {
    case .metric(let name):
      return Self.metric(name, challenger, "the challenger").flatMap {
        Self.values(rule.end, [(Value(label: name, value: $0), challenger.intervals?[name])])
      }
    case .slice(let column, let metric): return Self.slices(column, metric, rule.end, challenger)
    case .fairness(let column, let measure):
      return Self.fairness(column, measure, challenger, "the challenger").flatMap {
        let groups = challenger.fairness?.first { $0.column == column }
        return Self.values(
          rule.end, [(Value(label: "\(measure) by \(column)", value: $0), groups?.intervals?[measure])])
      }
    case .drift(let name, let measure): return driftValue(name, measure)
    case .cost(let measure): return costValue(measure)
    case .contract(let count): return contractValue(count)
    }
  }

  /// Each number with the one that it must reach.
  func comparisons(of rule: GateRule) -> Result<[Comparison], Gap> {
    values(of: rule).flatMap { values in
      switch rule.bound {
      case .number(let number):
        return .success(values.map { Comparison(label: $0.label, value: $0.value, required: number) })
      case .champion(let metric, let offset):
        return reference.flatMap { Self.metric(metric, $0, "the champion") }.map { number in
          values.map { Comparison(label: $0.label, value: $0.value, required: number + offset) }
        }
      case .counterpart(let offset): return counterparts(of: rule, values, offset)
      case .baseline(let metric, let offset): return baselines(metric, values, offset)
      }
    }
  }

  private var reference: Result<MetricsDocument, Gap> {
    champion.map { .success($0) } ?? .failure(Gap(text: "there is no champion"))
  }

  private static func metric(_ name: String, _ document: MetricsDocument, _ whose: String) -> Result<Double, Gap> {
    if let value = document.metrics[name] { return .success(value) }
    return .failure(
      Gap(
        text: document.undefined[name].map { "\(whose)'s \(name) is undefined: \($0)" }
          ?? "\(whose)'s metrics have no “\(name)”"))
  }

  /// The numbers themselves, or those ends of their intervals.
  private static func values(
    _ end: GateRule.IntervalEnd?, _ numbers: [(value: Value, interval: MetricsDocument.Interval?)]
  ) -> Result<[Value], Gap> {
    guard let end else { return .success(numbers.map(\.value)) }
    var values: [Value] = []
    for (value, interval) in numbers {
      guard let interval else { return .failure(Gap(text: "there is no interval of \(value.label)")) }
      values.append(
        Value(
          label: "the \(end.rawValue) end of \(value.label)", value: end == .low ? interval.low : interval.high,
          slice: value.slice))
    }
    return .success(values)
  }

  private static func slices(
    _ column: String, _ metric: String, _ end: GateRule.IntervalEnd?, _ document: MetricsDocument
  ) -> Result<[Value], Gap> {
    let slices = document.slices.filter { $0.column == column }
    guard !slices.isEmpty else {
      let small = document.suppressed?.first { $0.column == column }
      return .failure(
        Gap(
          text: small.map { "all \($0.sliceCount) slices of “\(column)” have fewer than \($0.minimumRows) rows" }
            ?? "the challenger was not evaluated in slices of “\(column)”: add it to `slices`"))
    }
    let values = slices.compactMap { slice in
      slice.metrics[metric].map { value in
        (
          value: Value(
            label: "\(metric) where \(column) is \(slice.value ?? "missing")", value: value, slice: slice.value),
          interval: slice.intervals?[metric]
        )
      }
    }
    return values.isEmpty
      ? .failure(Gap(text: "no slice of “\(column)” has a defined \(metric)")) : Self.values(end, values)
  }

  private static func fairness(_ column: String, _ measure: String, _ document: MetricsDocument, _ whose: String)
    -> Result<Double, Gap>
  {
    guard let found = document.fairness?.first(where: { $0.column == column }) else {
      return .failure(Gap(text: "\(whose) was not evaluated by groups of “\(column)”: add it to `fairness`"))
    }
    if let value = found.measures[measure] { return .success(value) }
    return .failure(
      Gap(
        text: found.undefined[measure].map { "\(whose)'s \(measure) by \(column) is undefined: \($0)" }
          ?? "the groups of “\(column)” have no “\(measure)”: there are \(found.measures.keys.sorted().joined(separator: ", "))"
      ))
  }

  /// The champion's number of the same slice, or of the same groups.
  private func counterparts(of rule: GateRule, _ values: [Value], _ offset: Double) -> Result<[Comparison], Gap> {
    reference.flatMap { champion in
      switch rule.subject {
      case .metric(let name):
        return Self.metric(name, champion, "the champion").map { Self.paired(values, [$0 + offset]) }
      case .fairness(let column, let measure):
        return Self.fairness(column, measure, champion, "the champion").map { Self.paired(values, [$0 + offset]) }
      case .slice(let column, let metric):
        let own = champion.slices.filter { $0.column == column }
        let required = values.map { value in own.first { $0.value == value.slice }?.metrics[metric] }
        if let place = required.firstIndex(of: nil) {
          return .failure(Gap(text: "the champion has no defined \(values[place].label)"))
        }
        return .success(Self.paired(values, required.compactMap { $0.map { $0 + offset } }))
      case .drift, .cost, .contract: return .failure(Gap(text: "the champion has no such number"))
      }
    }
  }

  private static func paired(_ values: [Value], _ required: [Double]) -> [Comparison] {
    zip(values, required).map { Comparison(label: $0.label, value: $0.value, required: $1) }
  }

  /// Every baseline that has the metric.
  private func baselines(_ metric: String, _ values: [Value], _ offset: Double) -> Result<[Comparison], Gap> {
    let known = (challenger.baselines ?? []).compactMap { baseline in
      baseline.metrics[metric].map { (name: baseline.name, value: $0) }
    }
    guard !known.isEmpty else {
      return .failure(Gap(text: "the challenger's metrics have no baseline with “\(metric)”"))
    }
    return .success(
      values.flatMap { value in
        known.map {
          Comparison(
            label: "\(value.label) beside the \($0.name) baseline", value: value.value, required: $0.value + offset)
        }
      })
  }

  private func driftValue(_ name: String, _ measure: String) -> Result<[Value], Gap> {
    guard let column = drift?.columns.first(where: { $0.name == name }) else {
      return .failure(Gap(text: "the drift report has no column “\(name)”"))
    }
    if let reason = column.undecided { return .failure(Gap(text: "the drift of \(name) is undecided: \(reason)")) }
    let value: Double? =
      switch measure {
      case "psi": column.psi
      case "statistic": column.statistic
      case "p_value": column.pValue
      case "corrected_p_value": column.correctedPValue
      case "total_variation": column.totalVariation
      default: column.effects?[measure.replacing("_", with: "-")]
      }
    guard let value else { return .failure(Gap(text: "the drift report has no \(measure) of “\(name)”")) }
    return .success([Value(label: "\(measure) of \(name)", value: value)])
  }

  private func costValue(_ measure: String) -> Result<[Value], Gap> {
    var measures = cost?.measures ?? [:]
    if let footprint = challenger.footprint { measures[GateRule.packageSize] = Double(footprint.modelBytes) }
    guard let value = measures[measure] else {
      return .failure(
        Gap(text: "there is no cost “\(measure)”: there are \(measures.keys.sorted().joined(separator: ", "))"))
    }
    return .success([Value(label: measure, value: value)])
  }

  private func contractValue(_ count: GateRule.ContractCount) -> Result<[Value], Gap> {
    guard let contract else { return .failure(Gap(text: "there is no result of a contract")) }
    let severity: ContractDocument.Severity = count == .errors ? .error : .warn
    let broken = contract.findings.count { $0.severity == severity && $0.outcome != .passed }
    return .success([Value(label: "\(count.rawValue) of \(contract.contract)", value: Double(broken))])
  }

  // MARK: Tests

  /// The paired tests of a rule `with confidence`: one, or one for each slice.
  func tests(of rule: GateRule) -> Result<[VerdictDocument.Test], Gap> {
    values(of: rule).flatMap { values in
      pairs.flatMap { pairs in
        do {
          switch rule.subject {
          case .metric(let name): return .success([try pairs.test(rule, name, subject: name)])
          case .slice(let column, let metric):
            let rows = try pairs.slices(of: column)
            return .success(
              try values.map { value in
                guard let own = rows[value.slice] else { throw Gap(text: "there are no rows for \(value.label)") }
                return try pairs.test(rule, metric, subject: value.label, over: own)
              })
          case .fairness, .drift, .cost, .contract: return .failure(Gap(text: "there is no paired test of it"))
          }
        } catch let gap as Gap {
          return .failure(gap)
        } catch {
          return .failure(Gap(text: "\(error)"))
        }
      }
    }
  }
}
