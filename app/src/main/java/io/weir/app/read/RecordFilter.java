package io.weir.app.read;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.NullableType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.weir.app.config.Cidr;
import io.weir.app.config.NearestName;
import io.weir.app.failure.Failure;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/**
 * A condition in CEL (Common Expression Language) over one record, whose fields are the variables:
 * {@code responder.port == 443 && delta.initiatorPackets > 10}. Enums are their symbols as strings. Names and types are checked against
 * the schema when compiled.
 *
 * <p>Null follows SQL: a comparison with an absent value is unknown, and a record passes only when the whole condition is true;
 * {@code x == null} and {@code x != null} ask for absence. {@code address.inCidr('10.0.0.0/8')} is ours.
 */
public final class RecordFilter {

    private static final CelOptions OPTIONS =
            CelOptions.current().enableHeterogeneousNumericComparisons(true).build();
    private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']+)'.*", Pattern.DOTALL);
    private static final Pattern UNDEFINED = Pattern.compile("undefined field '([^']+)'.*", Pattern.DOTALL);
    private static final String IN_CIDR = "inCidr";
    private static final Map<String, Cidr> CIDRS = new ConcurrentHashMap<>();
    private static final int MAX_CIDRS = 1024;

    private final CelRuntime.Program program;

    /**
     * An expression for messages.
     *
     * @param where option or setting that gave it
     */
    private record Source(String where, String expression) {}

    private RecordFilter(CelRuntime.Program program) {
        this.program = program;
    }

    /**
     * Compiles an expression.
     *
     * @throws Failure (usage) with the column and, where one is near, the name that was probably meant
     */
    public static RecordFilter compile(Schema schema, String expression) {
        return compile(schema, expression, "--filter");
    }

    /**
     * Compiles an expression.
     *
     * @param where option or setting that gave it, for messages
     * @throws Failure (usage) with the column and, where one is near, the name that was probably meant
     */
    public static RecordFilter compile(Schema schema, String expression, String where) {
        Source source = new Source(where, expression);
        Types types = Types.of(schema);
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setTypeProvider(types)
                .addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration(
                        IN_CIDR,
                        CelOverloadDecl.newMemberOverload(
                                IN_CIDR, SimpleType.BOOL, NullableType.create(SimpleType.STRING), SimpleType.STRING)))
                .setResultType(SimpleType.BOOL);
        for (Schema.Field field : schema.getFields()) {
            builder.addVar(field.name(), Types.typeOf(field.schema(), new LinkedHashMap<>()));
        }
        CelCompiler compiler = builder.build();
        try {
            CelAbstractSyntaxTree tree = compiler.compile(expression).getAst();
            checkLiterals(tree, schema, source);
            return new RecordFilter(CelRuntimeFactory.standardCelRuntimeBuilder()
                    .setOptions(OPTIONS)
                    .addFunctionBindings(
                            CelFunctionBinding.from(IN_CIDR, String.class, String.class, RecordFilter::inCidr))
                    .build()
                    .createProgram(tree));
        } catch (CelValidationException e) {
            throw mistake(source, e.getErrors().get(0), schema, types.fieldNames());
        } catch (CelEvaluationException e) {
            throw Failure.usage(where + ": " + e.getMessage(), "");
        }
    }

    /** True when the condition holds for this record; false when it does not, or when an absent value leaves it open. */
    public boolean matches(IndexedRecord record) {
        try {
            return Boolean.TRUE.equals(program.eval(name -> {
                Schema.Field field = record.getSchema().getField(name);
                return field == null ? Optional.empty() : Optional.of(CelValues.of(record.get(field.pos())));
            }));
        } catch (CelEvaluationException e) {
            // What cannot be compared is unknown. Names and types were checked before, so this is an absent value.
            return false;
        }
    }

    private static boolean inCidr(String address, String cidr) {
        Cidr range = CIDRS.get(cidr);
        if (range == null) {
            range = Cidr.parse(cidr);
            if (CIDRS.size() < MAX_CIDRS) {
                CIDRS.put(cidr, range);
            }
        }
        return range.contains(Cidr.addressOctets(address));
    }

    /** A symbol that an enum does not have, or a range that is none, would just never match. */
    private static void checkLiterals(CelAbstractSyntaxTree tree, Schema schema, Source source) {
        CelNavigableAst.fromAst(tree)
                .getRoot()
                .allNodes()
                .map(node -> node.expr())
                .filter(expr -> expr.getKind() == ExprKind.Kind.CALL)
                .forEach(expr -> {
                    CelExpr.CelCall call = expr.call();
                    if (call.function().equals(IN_CIDR)) {
                        checkCidr(call.args().get(0), tree, source);
                    } else if (call.function().equals("_==_") || call.function().equals("_!=_")) {
                        checkSymbol(call.args().get(0), call.args().get(1), tree, schema, source);
                        checkSymbol(call.args().get(1), call.args().get(0), tree, schema, source);
                    }
                });
    }

    private static void checkCidr(CelExpr argument, CelAbstractSyntaxTree tree, Source source) {
        String text = stringLiteral(argument);
        if (text == null) {
            return;
        }
        try {
            Cidr.parse(text);
        } catch (IllegalArgumentException e) {
            throw mistake(source, column(tree, argument), e.getMessage(), "for example inCidr('10.0.0.0/8')");
        }
    }

    private static void checkSymbol(
            CelExpr field, CelExpr literal, CelAbstractSyntaxTree tree, Schema schema, Source source) {
        String symbol = stringLiteral(literal);
        Schema type = symbol == null ? null : schemaOf(field, schema);
        if (type == null || type.getType() != Schema.Type.ENUM || type.hasEnumSymbol(symbol)) {
            return;
        }
        String hint = NearestName.of(symbol, type.getEnumSymbols())
                .map(nearest -> "did you mean '" + nearest + "'? ")
                .orElse("");
        throw mistake(
                source,
                column(tree, literal),
                "'" + symbol + "' is no " + type.getName(),
                hint + "there are " + String.join(", ", type.getEnumSymbols()));
    }

    private static String stringLiteral(CelExpr expr) {
        return expr.getKind() == ExprKind.Kind.CONSTANT && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE
                ? expr.constant().stringValue()
                : null;
    }

    /** Schema behind a chain of field names, without null; null for anything else. */
    private static Schema schemaOf(CelExpr expr, Schema root) {
        Schema.Field field = null;
        if (expr.getKind() == ExprKind.Kind.IDENT) {
            field = root.getField(expr.ident().name());
        } else if (expr.getKind() == ExprKind.Kind.SELECT) {
            Schema operand = schemaOf(expr.select().operand(), root);
            field = operand == null || operand.getType() != Schema.Type.RECORD
                    ? null
                    : operand.getField(expr.select().field());
        }
        return field == null ? null : nonNull(field.schema());
    }

    private static int column(CelAbstractSyntaxTree tree, CelExpr expr) {
        Integer offset = tree.getSource().getPositionsMap().get(expr.id());
        return offset == null ? 0 : offset;
    }

    private static Failure mistake(Source source, CelIssue issue, Schema schema, Set<String> fieldNames) {
        String message = issue.getMessage();
        String hint = "see docs/topics.md for the fields and https://cel.dev for the language";
        Matcher undeclared = UNDECLARED.matcher(message);
        Matcher undefined = UNDEFINED.matcher(message);
        if (undeclared.matches()) {
            message = "unknown name '" + undeclared.group(1) + "'";
            List<String> names =
                    schema.getFields().stream().map(Schema.Field::name).toList();
            hint = NearestName.of(undeclared.group(1), names)
                    .map(nearest -> "did you mean " + nearest + "?")
                    .orElse("fields are " + String.join(", ", names));
        } else if (undefined.matches()) {
            message = "unknown field '" + undefined.group(1) + "'";
            hint = NearestName.of(undefined.group(1), fieldNames)
                    .map(nearest -> "did you mean " + nearest + "?")
                    .orElse(hint);
        } else if (message.startsWith("expected type 'bool'")) {
            message = "the expression is not true or false but " + message.substring(message.indexOf("found ") + 6);
        } else if (message.startsWith("mismatched input '<EOF>'")) {
            message = "the expression ends too early";
        } else if (message.startsWith("found no matching overload")) {
            // The candidates that follow are many and none of the user's.
            int candidates = message.indexOf(" (candidates");
            message = (candidates < 0 ? message : message.substring(0, candidates))
                    .replace("found no matching overload for", "types do not fit:")
                    .replace("'_", "'")
                    .replace("_'", "'");
        }
        return mistake(source, issue.getSourceLocation().getColumn(), message, hint);
    }

    private static Failure mistake(Source source, int column, String message, String hint) {
        String shown = source.expression().replaceAll("\\s", " ");
        return Failure.usage(
                source.where() + ", column " + (column + 1) + ": " + message,
                shown + "\n" + " ".repeat(Math.max(0, Math.min(column, shown.length()))) + "^\n" + hint);
    }

    private static Schema nonNull(Schema schema) {
        if (schema.getType() != Schema.Type.UNION) {
            return schema;
        }
        return schema.getTypes().stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .findFirst()
                .orElse(schema);
    }

    /** Avro's records as types of CEL. */
    private static final class Types implements CelTypeProvider {

        private final ImmutableMap<String, CelType> structs;

        private Types(Map<String, CelType> structs) {
            this.structs = ImmutableMap.copyOf(structs);
        }

        static Types of(Schema root) {
            Map<String, CelType> structs = new LinkedHashMap<>();
            typeOf(root, structs);
            return new Types(structs);
        }

        /** Type of a field; adds the records below it. A record within itself is dynamic. */
        private static CelType typeOf(Schema schema, Map<String, CelType> structs) {
            Schema plain = nonNull(schema);
            CelType type =
                    switch (plain.getType()) {
                        case INT, LONG -> SimpleType.INT;
                        case FLOAT, DOUBLE -> SimpleType.DOUBLE;
                        case BOOLEAN -> SimpleType.BOOL;
                        case STRING, ENUM -> SimpleType.STRING;
                        case ARRAY -> ListType.create(typeOf(plain.getElementType(), structs));
                        case RECORD -> struct(plain, structs);
                        default -> SimpleType.DYN;
                    };
            // A record may be compared with null as it is.
            return schema.isNullable() && plain.getType() != Schema.Type.RECORD ? NullableType.create(type) : type;
        }

        private static CelType struct(Schema record, Map<String, CelType> structs) {
            String name = record.getFullName();
            CelType known = structs.putIfAbsent(name, SimpleType.DYN);
            if (known != null) {
                return known;
            }
            ImmutableMap.Builder<String, CelType> fields = ImmutableMap.builder();
            record.getFields().forEach(field -> fields.put(field.name(), typeOf(field.schema(), structs)));
            ImmutableMap<String, CelType> types = fields.buildOrThrow();
            CelType struct = StructType.create(name, types.keySet(), field -> Optional.ofNullable(types.get(field)));
            structs.put(name, struct);
            return struct;
        }

        Set<String> fieldNames() {
            Set<String> names = new HashSet<>();
            for (CelType type : structs.values()) {
                if (type instanceof StructType struct) {
                    names.addAll(struct.fieldNames());
                }
            }
            return names;
        }

        @Override
        public ImmutableCollection<CelType> types() {
            return structs.values();
        }

        @Override
        public Optional<CelType> findType(String name) {
            return Optional.ofNullable(structs.get(name));
        }
    }
}
