using Microsoft.ML;

namespace GspMl.ML;

/// <summary>
/// A transformer that can be written as an ONNX model of its own, as every fitted component of GspMl can. What ML.NET's own ConvertToOnnx
/// makes of a chain begins after the last component from outside, whose columns it wants as inputs, and it says nothing of that: put this
/// model before that one.
/// </summary>
public interface IOnnxExportable : ITransformer
{
    /// <summary>
    /// Writes the component as an ONNX model that any ONNX Runtime runs: inputs and outputs bear the columns' names and have the shape
    /// [rows, size], float32, opset 11.
    /// </summary>
    /// <param name="stream">Receives the model, a few kilobytes more than the component's parameters.</param>
    /// <exception cref="InvalidOperationException">
    /// The component replaces its input column: in ONNX a value has one name. Nothing is written.
    /// </exception>
    void ExportToOnnx(Stream stream);

    /// <summary>Writes the component as an ONNX file, see <see cref="ExportToOnnx(Stream)"/>.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <exception cref="InvalidOperationException">
    /// The component replaces its input column: in ONNX a value has one name. Nothing is written.
    /// </exception>
    void ExportToOnnx(string path);
}
