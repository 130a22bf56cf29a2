using GspMl.ML.Rows;
using GspMl.ML.Saving;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Fitted;

/// <summary>
/// What every fitted component does alike: it adds columns row by row and lazily, and is saved as ML.NET's own ONNX transformer.
/// </summary>
/// <param name="bind">
/// What is computed of a row of a given schema; throws <see cref="ArgumentOutOfRangeException"/> for one that does not fit.
/// </param>
/// <param name="toGraph">The same function as an ONNX graph.</param>
internal sealed class FittedComponent(Func<DataViewSchema, RowMapping> bind, Func<FittedGraph> toGraph)
{
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new MappedSchema(inputSchema, bind(inputSchema)).Output;

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedDataView(input, bind(input.Schema));
    }

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new RowToRowMapper(inputSchema, bind(inputSchema));

    public void ExportToOnnx(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(ToExportedModel());
    }

    public void ExportToOnnx(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        File.WriteAllBytes(path, ToExportedModel());
    }

    public void Save(ModelSaveContext context) => OnnxHandover.Save(toGraph(), context);

    private byte[] ToExportedModel()
    {
        var graph = toGraph();
        if (graph.Outputs.FirstOrDefault(o => graph.Inputs.Any(i => i.Name == o.Name)) is { } replaced)
            throw new InvalidOperationException(
                $"Column '{replaced.Name}' is input and output at once, which no ONNX graph can have: give the output another name.");
        return graph.ToBatchModel();
    }
}
