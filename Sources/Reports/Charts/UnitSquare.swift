/// The unit square on paper: two rates, 0...1 each.
struct UnitSquare {
  let width = 320.0
  /// Of the square with its axes; what stands below it comes after.
  let height = 292.0
  let left = 46.0
  private let right = 12.0
  private let top = 8.0
  private let bottom = 40.0

  func x(_ value: Double) -> Double { left + (width - left - right) * min(1, max(0, value)) }
  func y(_ value: Double) -> Double { top + (height - top - bottom) * (1 - min(1, max(0, value))) }

  func axes(_ across: String, _ up: String) -> [HTML] {
    let ticks = [0, 0.25, 0.5, 0.75, 1].map { tick -> HTML in
      """
      <line x1="\(SVG.at(x(0)))" x2="\(SVG.at(x(1)))" y1="\(SVG.at(y(tick)))" y2="\(SVG.at(y(tick)))"/>
      """
    }
    let numbers = [(0, "0"), (0.5, "0.5"), (1, "1")].map { tick, text -> HTML in
      """
      <text class="end" x="\(SVG.at(x(0) - 7))" y="\(SVG.at(y(tick) + 4))">\(text)</text>\
      <text class="mid" x="\(SVG.at(x(tick)))" y="\(SVG.at(y(0) + 16))">\(text)</text>
      """
    }
    return [
      "<g class=\"grid\">\(ticks)</g>\(numbers)",
      """
      <text class="mid" x="\(SVG.at(x(0.5)))" y="\(SVG.at(height - 6))">\(across)</text>\
      <text class="mid" transform="translate(12 \(SVG.at(y(0.5)))) rotate(-90)">\(up)</text>
      """,
    ]
  }

  /// From one corner or side to another, dashed: what is compared with.
  func level(from start: (x: Double, y: Double), to end: (x: Double, y: Double)) -> HTML {
    """
    <g class="level"><line x1="\(SVG.at(x(start.x)))" y1="\(SVG.at(y(start.y)))" x2="\(SVG.at(x(end.x)))" \
    y2="\(SVG.at(y(end.y)))"/></g>
    """
  }
}
