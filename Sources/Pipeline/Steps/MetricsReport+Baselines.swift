internal import Learning
internal import Records
internal import Statistics

extension MetricsReport {
  /// What simpler models reach on the same rows, and how much less the model loses.
  func addBaselines(to document: inout MetricsDocument) throws {
    guard !judged.baselines.isEmpty else { return }
    document.baselines = try judged.baselines.map { baseline in
      var other = judged
      other.scores = baseline.scores
      var found = MetricsDocument.Baseline(
        name: baseline.name, metrics: try other.sample(terms).metricSet().values)
      let measure: Judged.Loss = baseline.name == Baselines.Kind.median.rawValue ? .absolute : .ofTask
      guard let losses = judged.losses(of: judged.scores, measure),
        let simpler = judged.losses(of: baseline.scores, measure)
      else { return found }
      let gains = zip(simpler.values, losses.values).map { $0 - $1 }
      let (total, left) = (simpler.values.reduce(0, +), losses.values.reduce(0, +))
      found.loss = losses.name
      found.gain = gains.reduce(0, +) / Double(gains.count)
      found.skill = total > 0 ? 1 - left / total : nil
      found.gainInterval = gainInterval(gains, baseline.name)
      return found
    }
  }

  /// Of the mean difference of the losses of the same rows.
  private func gainInterval(_ gains: [Double], _ name: String) -> MetricsDocument.Interval? {
    guard let bootstrap else { return nil }
    let sample = MeanSample("gain", gains)
    let intervals = sample.intervals(
      sample.metricSet(), bootstrap.stream("baseline=\(name)"), clusters: judged.drawnTogether)
    return intervals["gain"].map { MetricsDocument.Interval(low: $0.low, high: $0.high) }
  }
}

extension MetricsDocument.Baseline {
  /// Whether the model is better beyond chance; nil where nobody can say. Without an interval a gain is enough.
  var isBeaten: Bool? { gain.map { gain in (gainInterval?.low ?? gain) > 0 } }

  /// `not better than the constant baseline: …`; nil where the model is better, or nobody can say.
  var complaint: String? {
    guard isBeaten == false, let gain else { return nil }
    let interval = gainInterval.map { " [\(Headline.number($0.low)), \(Headline.number($0.high))]" } ?? ""
    return
      "not better than the \(name) baseline: its mean \(loss ?? "loss") exceeds the model's by \(Headline.number(gain))\(interval)"
  }
}
