using GspMl.ML.Rows;
using GspMl.ML.Saving;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML;

/// <summary>
/// A fitted component of GspMl: adds columns row by row and lazily, can be used by PredictionEngine, and is saved as ML.NET's own ONNX
/// transformer, so that the saved model loads where GspMl is not. Safe to use from several threads.
/// </summary>
public abstract class RowToRowTransformer : ITransformer
{
    private protected RowToRowTransformer() { }

    /// <summary>True: each row's values depend on that row alone.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema with the columns added; a column of the same name is hidden.</summary>
    /// <param name="inputSchema">The schema of the data to transform.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or is no vector of <see cref="float"/> of the size that was fitted.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new MappedSchema(inputSchema, Bind(inputSchema)).Output;

    /// <summary>The data with the columns added. Nothing is computed until the rows are read.</summary>
    /// <param name="input">The data to transform.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or is no vector of <see cref="float"/> of the size that was fitted.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedDataView(input, Bind(input.Schema));
    }

    /// <summary>The same for single rows.</summary>
    /// <param name="inputSchema">The schema of the rows to transform.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or is no vector of <see cref="float"/> of the size that was fitted.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new RowToRowMapper(inputSchema, Bind(inputSchema));

    /// <summary>
    /// Writes the component as an ONNX model that any ONNX Runtime runs: inputs and outputs bear the columns' names and have the shape
    /// [rows, size], float32, opset 11. What ML.NET's own ConvertToOnnx makes of a chain begins after the last component from outside, whose columns it
    /// wants as inputs, and it says nothing of that: put this model before that one.
    /// </summary>
    /// <param name="stream">Receives the model, a few kilobytes more than the component's parameters.</param>
    /// <exception cref="InvalidOperationException">The component replaces its input column: in ONNX a value has one name.</exception>
    public void ExportToOnnx(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var graph = ToGraph();
        if (graph.Outputs.FirstOrDefault(o => graph.Inputs.Any(i => i.Name == o.Name)) is { } replaced)
            throw new InvalidOperationException($"Column '{replaced.Name}' is input and output at once, which no ONNX graph can have: give the output another name.");
        stream.Write(graph.ToBatchModel());
    }

    /// <summary>Writes the component as an ONNX file, see <see cref="ExportToOnnx(Stream)"/>.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <exception cref="InvalidOperationException">The component replaces its input column: in ONNX a value has one name.</exception>
    public void ExportToOnnx(string path)
    {
        using var stream = new MemoryStream();
        ExportToOnnx(stream);
        File.WriteAllBytes(path, stream.ToArray());
    }

    /// <summary>Saves an ONNX transformer in this one's place; needs the native ONNX Runtime, which fitting and transforming do not.</summary>
    void ICanSaveModel.Save(ModelSaveContext ctx) => OnnxHandover.Save(ToGraph(), ctx);

    private protected abstract RowMapping Bind(DataViewSchema inputSchema);

    private protected abstract FittedGraph ToGraph();
}
