internal import Jobs
internal import Learning
internal import Records
internal import Statistics
internal import Store

/// How often the gate promotes a challenger that it must not: one that is worse by exactly the margin, which is the
/// hardest to tell. For each case seeded rows are made in which that is true of the population, and the very rules and
/// tests of a `gate` step judge them.
package struct GateSimulation {
  /// What is simulated.
  package enum Case: String, CaseIterable, Sendable {
    case areaSuperiority = "AUC, no better"
    case areaNonInferiority = "AUC, worse by the margin"
    case accuracySuperiority = "accuracy, no better"
    case accuracyNonInferiority = "accuracy, worse by the margin"
    case lossSuperiority = "log loss, no better"
    case errorNonInferiority = "RMSE, worse by the margin"
    case bothRules = "AUC and accuracy, no better"
    case oneRuleOfTwo = "AUC no better, accuracy far better"
    case clusteredArea = "AUC, no better, in clusters"
    case clusteredLoss = "log loss, no better, in clusters"

    var rules: [String] {
      switch self {
      case .areaSuperiority, .clusteredArea: ["auc > champion.auc"]
      case .areaNonInferiority: ["auc >= champion.auc - 0.02"]
      case .accuracySuperiority: ["accuracy > champion.accuracy"]
      case .accuracyNonInferiority: ["accuracy >= champion.accuracy - 0.02"]
      case .lossSuperiority, .clusteredLoss: ["log_loss < champion.log_loss"]
      case .errorNonInferiority: ["rmse <= champion.rmse + 0.05"]
      case .bothRules, .oneRuleOfTwo: ["auc > champion.auc", "accuracy > champion.accuracy"]
      }
    }
  }

  package struct Outcome: Sendable {
    package var trialCount: Int
    package var promotionCount: Int

    package var rate: Double { Double(promotionCount) / Double(trialCount) }
    /// Of the rate, where the truth is `nominal`.
    package func standardError(at nominal: Double) -> Double {
      (nominal * (1 - nominal) / Double(trialCount)).squareRoot()
    }
  }

  package var rowCount: Int
  package var trialCount: Int
  package var resampleCount: Int
  package var confidence: Double
  package var seed: UInt64
  package var threads: Int

  package init(rowCount: Int, trialCount: Int, resampleCount: Int, confidence: Double, seed: UInt64, threads: Int) {
    (self.rowCount, self.trialCount, self.resampleCount) = (rowCount, trialCount, resampleCount)
    (self.confidence, self.seed, self.threads) = (confidence, seed, threads)
  }

  package func outcome(of simulated: Case) throws -> Outcome {
    let rules = simulated.rules.compactMap { GateRule("\($0) with confidence \(confidence)") }
    let gate = Gate(rules: rules)
    var promotions = 0
    for trial in 0..<trialCount {
      var random = SeededGenerator(seed: seed, stream: trial)
      let (challenger, champion) = simulated.judged(rowCount, &random)
      let evidence = try evidence(challenger, champion, trial)
      if Gate.decision(gate.findings(evidence)) == .promote { promotions += 1 }
    }
    return Outcome(trialCount: trialCount, promotionCount: promotions)
  }

  private func evidence(_ challenger: Judged, _ champion: Judged, _ trial: Int) throws -> GateEvidence {
    let terms = Judged.Terms()
    var evidence = GateEvidence(challenger: try Self.document(challenger, terms))
    evidence.champion = try Self.document(champion, terms)
    do throws(GateEvidence.Gap) {
      evidence.pairs = .success(
        try PairedRows(
          challenger: challenger, champion: champion, terms,
          Bootstrap(resamples: resampleCount, seed: UInt64(trial), threads: threads)))
    } catch {
      evidence.pairs = .failure(error)
    }
    return evidence
  }

  private static func document(_ judged: Judged, _ terms: Judged.Terms) throws -> MetricsDocument {
    MetricsDocument(
      model: Digest(of: []), modelVersion: nil, data: Digest(of: []), dataVersion: nil, task: judged.task.name,
      target: judged.target, rowCount: judged.rowCount, droppedRowCount: 0,
      metrics: try judged.sample(terms).metricSet().values)
  }
}

extension GateSimulation.Case {
  /// Scores of both models on rows of a population of which the case is true.
  fileprivate func judged(_ rowCount: Int, _ random: inout SeededGenerator) -> (challenger: Judged, champion: Judged) {
    switch self {
    case .areaSuperiority: Self.ranked(rowCount, 0.75, 0.75, &random)
    case .areaNonInferiority: Self.ranked(rowCount, 0.73, 0.75, &random)
    case .accuracySuperiority: Self.classified(rowCount, 0.08, 0.08, &random)
    case .accuracyNonInferiority: Self.classified(rowCount, 0.07, 0.09, &random)
    case .lossSuperiority: Self.calibrated(rowCount, &random)
    case .errorNonInferiority: Self.estimated(rowCount, 1.05, 1, &random)
    case .bothRules: Self.ranked(rowCount, 0.75, 0.75, &random)
    case .oneRuleOfTwo: Self.shifted(rowCount, &random)
    case .clusteredArea, .clusteredLoss: Self.clustered(rowCount, &random)
    }
  }

  private static func pair(_ task: ModelSchema.Task, _ labels: [Double], _ scores: ([Double], [Double])) -> (
    Judged, Judged
  ) {
    func judged(_ scores: [Double]) -> Judged {
      Judged(
        task: task, target: "y", scores: scores, labels: labels, droppedRowCount: 0, unknownClassRowCount: 0,
        groups: [:], clusters: nil, fit: DataFit(rowCount: labels.count, ignoredColumns: [], columns: []), cost: [:])
    }
    return (judged(scores.0), judged(scores.1))
  }

  private static let binary = ModelSchema.Task.binary(negative: "0", positive: "1")

  private static func normal(_ random: inout SeededGenerator) -> Double {
    // Half a step keeps it off 0, where the quantile is infinite.
    Distribution.normalQuantile(random.unit() + 0x1p-54)
  }

  /// Normal scores with a common part, which have the areas in the population; 40 % of the rows are positive. Squeezed
  /// into 0...1, of which 0.5 is the middle between the classes.
  private static func ranked(_ rowCount: Int, _ first: Double, _ second: Double, _ random: inout SeededGenerator) -> (
    Judged, Judged
  ) {
    let gaps = [first, second].map { 2.0.squareRoot() * Distribution.normalQuantile($0) }
    var (labels, scores): ([Double], ([Double], [Double])) = ([], ([], []))
    for _ in 0..<rowCount {
      let label = random.unit() < 0.4 ? 1.0 : 0
      let common = normal(&random)
      func score(_ gap: Double) -> Double {
        Distribution.normalCumulative(
          gap * (label - 0.5) + 0.7.squareRoot() * common + 0.3.squareRoot() * normal(&random))
      }
      labels.append(label)
      scores.0.append(score(gaps[0]))
      scores.1.append(score(gaps[1]))
    }
    return pair(binary, labels, scores)
  }

  /// The same ranks in the population, but the champion's scores are far too high: most of its rows are called positive.
  private static func shifted(_ rowCount: Int, _ random: inout SeededGenerator) -> (Judged, Judged) {
    var (challenger, champion) = ranked(rowCount, 0.75, 0.75, &random)
    champion.scores = champion.scores.map { 0.45 + 0.55 * $0 }
    challenger.task = champion.task
    return (challenger, champion)
  }

  /// Shares of the rows on which one model alone is right; on 80 % of the others both are.
  private static func classified(
    _ rowCount: Int, _ first: Double, _ second: Double, _ random: inout SeededGenerator
  ) -> (Judged, Judged) {
    var (labels, scores): ([Double], ([Double], [Double])) = ([], ([], []))
    for _ in 0..<rowCount {
      let (label, draw, rest) = (random.unit() < 0.5 ? 1.0 : 0, random.unit(), random.unit() < 0.8)
      let isRight = (draw < first || draw >= first + second && rest, draw >= first && (draw < first + second || rest))
      labels.append(label)
      scores.0.append(isRight.0 ? label : 1 - label)
      scores.1.append(isRight.1 ? label : 1 - label)
    }
    return pair(binary, labels, scores)
  }

  /// True probabilities, to whose log-odds each model adds an error of its own, of the same size.
  private static func calibrated(_ rowCount: Int, _ random: inout SeededGenerator) -> (Judged, Judged) {
    var (labels, scores): ([Double], ([Double], [Double])) = ([], ([], []))
    for _ in 0..<rowCount {
      let odds = normal(&random) - 0.5
      labels.append(random.unit() < probability(odds) ? 1 : 0)
      scores.0.append(probability(odds + 0.6 * normal(&random)))
      scores.1.append(probability(odds + 0.6 * normal(&random)))
    }
    return pair(binary, labels, scores)
  }

  private static let clusterRows = 10

  /// The same in clusters of ten rows, which share most of both models' errors and half of the truth.
  private static func clustered(_ rowCount: Int, _ random: inout SeededGenerator) -> (Judged, Judged) {
    var (labels, scores, codes): ([Double], ([Double], [Double]), [Int32]) = ([], ([], []), [])
    var shared = (0.0, 0.0, 0.0)
    for row in 0..<rowCount {
      if row % clusterRows == 0 { shared = (normal(&random), normal(&random), normal(&random)) }
      let odds = 0.5.squareRoot() * (shared.0 + normal(&random)) - 0.5
      func score(_ error: Double) -> Double {
        probability(odds + 0.6 * (0.8.squareRoot() * error + 0.2.squareRoot() * normal(&random)))
      }
      labels.append(random.unit() < probability(odds) ? 1 : 0)
      scores.0.append(score(shared.1))
      scores.1.append(score(shared.2))
      codes.append(Int32(row / clusterRows))
    }
    var (challenger, champion) = pair(binary, labels, scores)
    let count = (rowCount + clusterRows - 1) / clusterRows
    let clusters = Grouping(name: "cluster", labels: (0..<count).map { "\($0)" }, codes: codes)
    (challenger.clusters, champion.clusters) = (clusters, clusters)
    return (challenger, champion)
  }

  private static func probability(_ odds: Double) -> Double { Distribution.normalCumulative(odds) }

  /// Errors with a common part, and these standard deviations.
  private static func estimated(_ rowCount: Int, _ first: Double, _ second: Double, _ random: inout SeededGenerator)
    -> (Judged, Judged)
  {
    var (labels, scores): ([Double], ([Double], [Double])) = ([], ([], []))
    for _ in 0..<rowCount {
      let (truth, common) = (10 * normal(&random), normal(&random))
      func score(_ deviation: Double) -> Double {
        truth + deviation * (0.7.squareRoot() * common + 0.3.squareRoot() * normal(&random))
      }
      labels.append(truth)
      scores.0.append(score(first))
      scores.1.append(score(second))
    }
    return pair(.regression, labels, scores)
  }
}
