import Foundation
@testable import Reports
import Testing

@Suite struct PaletteTests {
  /// WCAG 2.2's relative luminance of `#rrggbb`.
  private static func luminance(_ colour: String) -> Double {
    let value = Int(colour.dropFirst(), radix: 16) ?? 0
    let parts = [value >> 16, value >> 8 & 255, value & 255].map { part in
      let share = Double(part) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  @Test("text of every colour has a contrast of 4.5 to 1 on every ground, light and dark", arguments: [true, false])
  func contrast(isLight: Bool) throws {
    let palette = isLight ? Palette.light : Palette.dark
    for text in Palette.textNames {
      for ground in Palette.groundNames {
        let pair = [try #require(palette[text]), try #require(palette[ground])].map(Self.luminance).sorted()
        let contrast = (pair[1] + 0.05) / (pair[0] + 0.05)
        #expect(contrast >= 4.5, "\(text) on \(ground): \(contrast)")
      }
    }
  }

  @Test("light and dark name the same colours")
  func names() { #expect(Palette.light.colours.map(\.name) == Palette.dark.colours.map(\.name)) }

  @Test("every colour that the style names is there")
  func variables() {
    let names = Set(Palette.light.colours.map(\.name))
    for part in Style.css.components(separatedBy: "var(--").dropFirst() {
      #expect(names.contains(String(part.prefix { $0 != ")" })), "--\(part.prefix(10))")
    }
  }
}
